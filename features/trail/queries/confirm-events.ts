import { and, desc, eq, gte, lt } from 'drizzle-orm';
import { type EventRow, hashRow } from '@/core/event';
import { headMac } from '@/core/mac';
import { leafHash } from '@/core/merkle';
import type { Guard } from '@/core/signer-guard';
import { eventView as e } from '@/db/schema/audit-event';
import { headView } from '@/db/schema/trail';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { readSecret } from '@/lib/home';
import { readGuard } from '../guard-file';
import { getEvents, rowColumns } from './get-event';
import { signedLeaf, tilesOnce } from './signed-leaf';

type Trail = { trailId: TrailId; origin: string };

/** What is known outside the database of how a trail goes on. Read it before the transaction: a seal that is made meanwhile would reach further than its tiles. */
export type Outside = { guard: Guard | null; headKey: Buffer | null };

export function readOutside(origin: string): Outside {
  const guard = readGuard(origin);
  return { guard: guard === null || guard === 'missing' || guard.origin !== origin ? null : guard, headKey: readSecret('head-mac.key') };
}

/**
 * `root`: led by its proof to the root in the guard file beside the key. `head`: not sealed yet; the rows from the end on lead back to it by their hashes, and the end
 * bears the MAC of our own key. `nobody yet`: not sealed, below such an end, and too far from it to be led there by a page.
 */
export type Confirmed = { row: EventRow; by: 'root' | 'head' | 'nobody yet' };

/** Rows from the end that a page reads again at most: many times what waits for a signature where a sealer works. */
const WALKED = 2_048;
const KEPT = 10_000;

export type Found = {
  confirmed: Map<number, Confirmed>;
  /** Below the signed size, and certainly not what was signed: the tree holds another leaf there, which leads to the root. */
  altered: EventRow[];
};

/** Events that were led to a root or an end in this process: what was ours once stays ours, since trees and chains only grow. By origin and number, the hash. */
const confirmedHere = new Map<string, string>();

/**
 * The events of some numbers that this trail's own door wrote, hashed again; one that cannot be shown to be is not in the list. Whoever can write a row can give it a hash that is
 * right, so that hash alone makes no event one of ours: what an event says that takes a worry away (a run that found nothing) counts only where it is in this list, by `root`
 * or `head`. Bad news needs no proof.
 *
 * Costs two reads for all of them. A proof is made once a process and event: at most two tiles a level.
 * @param tx as the reader
 */
export async function confirmEvents(tx: Tx, trail: Trail, { guard, headKey }: Outside, seqs: readonly number[]): Promise<Found> {
  const confirmed = new Map<number, Confirmed>();
  const altered: EventRow[] = [];
  const size = guard?.size ?? 0;
  const unsealed: EventRow[] = [];
  const readTile = tilesOnce(tx, trail.trailId);
  for (const { row, check } of await getEvents(tx, trail, seqs)) {
    const isWhole = check.state === 'holds';
    const isKnown = isWhole && confirmedHere.get(keyOf(trail, row)) === row.eventHash.toString('hex');
    if (row.seq >= size) {
      if (isKnown) confirmed.set(row.seq, { row, by: 'head' });
      else if (isWhole) unsealed.push(row);
      continue;
    }
    if (!isKnown) {
      const leaf = guard && (await signedLeaf(guard, row.seq, readTile));
      if (!leaf) continue;
      if (!isWhole || !leaf.equals(leafHash(row.eventHash))) {
        altered.push(row);
        continue;
      }
    }
    confirmed.set(row.seq, { row, by: 'root' });
    remember(trail, row);
  }
  if (unsealed.length === 0 || !headKey) return { confirmed, altered };
  for (const [row, by] of await findUnderHead(tx, trail, headKey, unsealed)) {
    confirmed.set(row.seq, { row, by });
    if (by === 'head') remember(trail, row);
  }
  return { confirmed, altered };
}

const keyOf = ({ origin }: Trail, { seq }: EventRow) => `${origin} ${seq}`;

function remember(trail: Trail, row: EventRow): void {
  if (confirmedHere.size >= KEPT) confirmedHere.clear();
  confirmedHere.set(keyOf(trail, row), row.eventHash.toString('hex'));
}

/** From the end back, as each row names the hash of the one before it. */
async function findUnderHead(tx: Tx, trail: Trail, headKey: Buffer, rows: readonly EventRow[]): Promise<[EventRow, Confirmed['by']][]> {
  const [head] = await tx
    .select({ next: headView.nextSeq, hash: headView.lastHash, mac: headView.mac })
    .from(headView)
    .where(eq(headView.trailId, trail.trailId));
  if (!head || !headMac(headKey, trail.origin, head.next, head.hash).equals(head.mac)) return [];
  const below = rows.filter(({ seq }) => seq < head.next);
  const near = below.filter(({ seq }) => seq >= head.next - WALKED);
  const found: [EventRow, Confirmed['by']][] = below.filter((row) => !near.includes(row)).map((row) => [row, 'nobody yet']);
  if (near.length === 0) return found;
  const first = Math.min(...near.map(({ seq }) => seq));
  const behind = await tx
    .select(rowColumns)
    .from(e)
    .where(and(eq(e.trailId, trail.trailId), gte(e.seq, first), lt(e.seq, head.next)))
    .orderBy(desc(e.seq))
    .limit(WALKED);
  let [seq, hash] = [head.next - 1, head.hash];
  for (const row of behind) {
    if (row.seq !== seq || !row.eventHash.equals(hash) || !hashRow(trail.origin, row).equals(hash)) break;
    const asked = near.find((one) => one.seq === seq && one.eventHash.equals(row.eventHash));
    if (asked) found.push([asked, 'head']);
    [seq, hash] = [seq - 1, row.prevHash];
  }
  return found;
}
