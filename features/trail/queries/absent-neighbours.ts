import { linkHash } from '@/core/event';
import { leafHash } from '@/core/merkle';
import type { Guard } from '@/core/signer-guard';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';
import type { AbsentNeighbour, ChainNeighbour } from '../event-model';
import { getNextSeq } from './head';
import { signedLeaf, tilesOnce } from './signed-leaf';

type Beside<T> = { previous: T | null; next: T | null };
type Stub = { header: Buffer; payload: Buffer; hash: Buffer };

/**
 * The numbers beside an event that were given and that no row bears, and what can be said of the link over them (SPEC §11):
 *
 *   39 ░  40 █     the hash that 40 names is the leaf that was signed as 39: its link holds, whether or not a stub stands there
 *   94 █  95 ▒     a stub: the halves of 95, made over the hash of 94, give the leaf that was signed as 95
 *   49 █  50 ░     nothing says what 50 was made over
 *
 * @param tx as the reader. @param guard read before the transaction was begun: a seal that is made meanwhile would reach further than its tiles
 */
export async function getAbsentNeighbours(
  tx: Tx,
  trailId: TrailId,
  guard: Guard | null,
  { seq, prevHash, eventHash }: { seq: number; prevHash: Buffer; eventHash: Buffer },
  { previous, next }: Beside<ChainNeighbour>,
): Promise<Beside<AbsentNeighbour>> {
  const [isFirstGone, isNextGone] = [previous === null && seq > 0, next === null && seq + 1 < (await getNextSeq(tx, trailId))];
  const tiles = tilesOnce(tx, trailId);
  const linkTo = async (at: number, hash: Buffer): Promise<AbsentNeighbour['link']> => {
    const leaf = guard && (await signedLeaf(guard, at, tiles));
    return leaf ? (leaf.equals(leafHash(hash)) ? 'signed' : 'broken') : 'unknown';
  };
  const after = isNextGone ? await getStub(tx, trailId, seq + 1) : null;
  const linked = after && linkHash(seq + 1, eventHash, after.header, after.payload);
  return {
    previous: isFirstGone ? { seq: seq - 1, link: await linkTo(seq - 1, prevHash) } : null,
    next: isNextGone ? { seq: seq + 1, link: !linked ? 'unknown' : linked.equals(after.hash) ? await linkTo(seq + 1, linked) : 'broken' } : null,
  };
}

async function getStub(tx: Tx, trailId: TrailId, seq: number): Promise<Stub | null> {
  const [stub] = await sqlOf(tx)<Stub[]>`
    select header_hash as header, payload_hash as payload, event_hash as hash from stub_view where trail_id = ${trailId} and seq = ${seq}`;
  return stub?.header && stub.payload && stub.hash ? stub : null; // a hash that somebody took away is none
}
