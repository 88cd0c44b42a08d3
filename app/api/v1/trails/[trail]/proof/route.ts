import { loadEventProof } from '@/features/sealing/loaders';

/** One event against the newest checkpoint: `?seq=` → {"state":"sealed","hashes":[hex],"note","vkey","words"} | {"state":"waiting"} | {"state":"keyless" or "broken","code","hint"}. */
export async function GET(request: Request, { params }: { params: Promise<{ trail: string }> }) {
  const found = await loadEventProof((await params).trail, new URL(request.url).searchParams.get('seq'));
  if (!found.ok) return Response.json({ error: found.code, message: found.hint }, { status: found.status });
  return Response.json(found.answer, { headers: { 'Cache-Control': 'no-store' } });
}
