import { openBundleDownload } from '@/features/evidence/loaders';
import { fileResponse, refusal } from '@/lib/file-response';
import { originOf } from '@/lib/request-origin';

/** Hands a bundle out. The download is recorded before the first byte; a file that is not the one that was made is refused. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const download = await openBundleDownload((await params).id, originOf(request));
  if (!download.ok) return refusal(download);
  const { fileName, sizeBytes, sha256, bytes } = download;
  return fileResponse(bytes, { fileName, type: 'application/zip', sizeBytes, sha256 });
}

/** Not what Next would do with GET: nobody takes anything out by asking whether it is there. */
export const HEAD = () => new Response(null, { status: 405, headers: { Allow: 'GET' } });
