import { openCheckpointDownload } from '@/features/sealing/loaders';
import { refusal, textDownload } from '@/lib/file-response';
import { originOf } from '@/lib/request-origin';

/** The signed note as it is, to be kept outside: the newest, or that of `?size=`. Recorded before the first byte. */
export async function GET(request: Request, { params }: { params: Promise<{ trail: string }> }) {
  const found = await openCheckpointDownload((await params).trail, new URL(request.url).searchParams.get('size'), originOf(request));
  if (!found.ok) return refusal(found);
  return textDownload(found.note, found.fileName);
}

/** Not what Next would do with GET: nobody takes anything out by asking whether it is there. */
export const HEAD = () => new Response(null, { status: 405, headers: { Allow: 'GET' } });
