import { loadLiveSeal } from '@/features/trail/loaders';

/** How far a trail is sealed at this moment and what waits: {"events","sealedSize","oldestUnsealedMs","isSealStale","notCoveredSince","refusal"}. */
export async function GET(_: Request, { params }: { params: Promise<{ trail: string }> }) {
  const seal = await loadLiveSeal((await params).trail);
  if (seal === 'signed out') return Response.json({ error: 'signed out' }, { status: 401 });
  if (seal === 'no such trail') return Response.json({ error: 'no such trail' }, { status: 404 });
  return Response.json(seal, { headers: { 'Cache-Control': 'no-store' } });
}
