import { findTroubles } from '@/features/verification/loaders';

/** What is wrong with the verifications of every trail that the reader may see: {"<alias>": [{"kind", "run", …}]}; a trail of which nothing is to be said is absent. */
export async function GET() {
  const troubles = await findTroubles();
  if (troubles === 'signed out') return Response.json({ error: 'signed out' }, { status: 401 });
  return Response.json(troubles, { headers: { 'Cache-Control': 'no-store' } });
}
