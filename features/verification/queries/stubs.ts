import type { EventStub } from '@/core/chain';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';
import { type EventBefore, getEventBefore } from '@/features/trail/queries/walk-rows';

const PAGE = 2_000;
const NOTHING = Buffer.alloc(0);

type StoredStub = { seq: number; header: Buffer | null; payload: Buffer | null; hash: Buffer | null };

/** Whether anything stands for a disposed event of the trail. */
export async function hasStubs(snapshot: Snapshot, trailId: TrailId): Promise<boolean> {
  const [row] = await snapshot.query<{ has: boolean }>('select exists (select from stub_view where trail_id = $1) as has', [trailId]);
  return row?.has ?? false;
}

/**
 * The stubs of `[from,to)` for a walk that merges them with the rows (SPEC §11), in the order of seq, a page at a time. From 0 on there is no lower bound, as with the rows.
 * `next`: the number of the one that comes next, below every number until the first page was read.
 */
export function stubsOf(snapshot: Snapshot, trailId: TrailId, from: number, to: number | undefined) {
  let page: StoredStub[] = [];
  let at = 0;
  let isLast = false;
  let after = from > 0 ? from - 1 : Number.MIN_SAFE_INTEGER;

  const fill = async () => {
    page = await snapshot.query<StoredStub>(
      `select seq, header_hash as header, payload_hash as payload, event_hash as hash from stub_view
       where trail_id = $1 and seq > $2 and ($3::bigint is null or seq < $3) order by seq limit ${PAGE}`,
      [trailId, after, to ?? null],
    );
    at = 0;
    isLast = page.length < PAGE;
    after = page.at(-1)?.seq ?? after;
  };

  return {
    get next(): number {
      return page[at]?.seq ?? (isLast ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY);
    },
    /** Those with a number below `seq` that were not given yet, some at a time. */
    async *upTo(seq: number): AsyncGenerator<EventStub[]> {
      for (;;) {
        if (at === page.length) {
          if (isLast) return;
          await fill();
          continue;
        }
        const end = page.findIndex((stub, i) => i >= at && stub.seq >= seq);
        const some = page.slice(at, end < 0 ? undefined : end);
        if (some.length === 0) return;
        at += some.length;
        yield some.map(stubOf);
      }
    },
  };
}

/** The numbers alone of the stubs of `[from,to)`, in order, some at a time. */
export async function* stubSeqs(snapshot: Snapshot, trailId: TrailId, from: number, to: number): AsyncGenerator<number[]> {
  const query = `select seq from stub_view where trail_id = ${trailId} and seq >= ${from} and seq < ${to} order by seq`;
  let rest = '';
  for await (const chunk of snapshot.copy(query, 'text')) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    yield lines.map(Number);
  }
}

/** A hash that somebody took away is one of no bytes. */
const stubOf = ({ seq, header, payload, hash }: StoredStub): EventStub => ({
  seq,
  headerHash: header ?? NOTHING,
  payloadHash: payload ?? NOTHING,
  eventHash: hash ?? NOTHING,
});

/** The stub of one event; null where none stands there. */
export async function getStub(snapshot: Snapshot, trailId: TrailId, seq: number): Promise<EventStub | null> {
  const [stub] = await snapshot.query<StoredStub>(
    'select seq, header_hash as header, payload_hash as payload, event_hash as hash from stub_view where trail_id = $1 and seq = $2',
    [trailId, seq],
  );
  return stub ? stubOf(stub) : null;
}

/** What stands before a range, a row or the stub of one, as it is stored; null where both are missing. A stub has no time. */
export async function getBefore(snapshot: Snapshot, trailId: TrailId, from: number): Promise<EventBefore | null> {
  const row = await getEventBefore(snapshot, trailId, from);
  if (row !== null) return row;
  const stub = await getStub(snapshot, trailId, from - 1);
  return stub && { eventHash: stub.eventHash, recordedAt: null };
}
