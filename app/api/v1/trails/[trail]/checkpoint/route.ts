import { openCheckpointDownload } from '@/features/sealing/loaders';
import { refusal } from '@/lib/file-response';
import { originOf } from '@/lib/request-origin';

/** The signed note as it is, to be kept outside: the newest, or that of `?size=`. Recorded before the first byte. */
export async function GET(request: Request, { params }: { params: Promise<{ trail: string }> }) {
  const found = await openCheckpointDownload((await params).trail, new URL(request.url).searchParams.get('size'), originOf(request));
  if (!found.ok) return refusal(found);
  return new Response(found.note, {
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': `attachment; filename="${found.fileName}"`,
      'Cache-Control': 'no-store, no-transform',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}

/** Not what Next would do with GET: nobody takes anything out by asking whether it is there. */
export const HEAD = () => new Response(null, { status: 405, headers: { Allow: 'GET' } });
