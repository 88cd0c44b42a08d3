import { openIncident } from '@/features/verification/loaders';
import { refusal, textDownload } from '@/lib/file-response';
import { originOf } from '@/lib/request-origin';

/** One finding of a verification, `?finding=<n>` (from 0), as a text that a third party can check by hand. Recorded before the first byte. */
export async function GET(request: Request, { params }: { params: Promise<{ run: string }> }) {
  const found = await openIncident((await params).run, new URL(request.url).searchParams.get('finding'), originOf(request));
  if (!found.ok) return refusal(found);
  return textDownload(found.text, found.fileName);
}

/** Not what Next would do with GET: nobody takes anything out by asking whether it is there. */
export const HEAD = () => new Response(null, { status: 405, headers: { Allow: 'GET' } });
