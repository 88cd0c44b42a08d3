import { openRunStream } from '@/features/runs/loaders';
import { ndjsonResponse } from '@/lib/ndjson';

/** Follows a run, one JSON message a line, until it has ended. Closing the connection stops nothing. */
export async function GET(request: Request, { params }: { params: Promise<{ run: string }> }) {
  const stream = await openRunStream((await params).run, request.signal);
  if (!stream.ok) return Response.json({ error: stream.status === 401 ? 'signed out' : 'no such run' }, { status: stream.status });
  return ndjsonResponse(stream.source, stream.first);
}
