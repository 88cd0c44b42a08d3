import 'server-only';
import { and, eq, gte, inArray, isNotNull, lt, max, or, type SQL, sql } from 'drizzle-orm';
import { noTimeouts } from '@/db/no-timeouts';
import { eventView as e } from '@/db/schema/audit-event';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import type { FoundFile } from '@/features/trail/found-file';

/** Whose details say which numbers they close. */
const CLOSING = ['event.rejected', 'source.dropped'];

/** Behind which event nothing was looked at yet, by the file that tells of the gap: every start of the schedule asks, and a gap may stand for years. */
const lookedTo = new Map<string, number>();

/**
 * Whether a number of a source that had never come may have come behind the run that missed it, or have been given up: only then does a run that reads everything again find less than that
 * one. It is asked of the rows behind it, of each once in a process and as it is shown then: who hides one at that moment keeps a break standing, until a run reads everything, as one does every
 * week, or a process asks anew.
 */
export async function mayBeClosed(trailId: TrailId, found: readonly FoundFile[]): Promise<boolean> {
  const missed = found.filter(({ counts }) => 'SOURCE_GAP' in counts).map((one) => ({ ...one, start: lookedTo.get(one.file) ?? one.to }));
  if (missed.length === 0) return false;
  const isClosing = or(...missed.map((one) => and(gte(e.seq, one.start), or(inArray(e.action, CLOSING), ...numbersOf(one)))));
  const isBehind = and(eq(e.trailId, trailId), gte(e.seq, Math.min(...missed.map(({ start }) => start))));
  return readTransaction(scopeOf(trailId), async (tx) => {
    await tx.execute(sql.raw(noTimeouts('transaction'))); // all rows behind it may have to be looked at
    // first: what comes meanwhile is looked at next time
    const [newest] = await tx
      .select({ seq: max(e.seq) })
      .from(e)
      .where(isBehind);
    const rows = await tx.select({ seq: e.seq }).from(e).where(and(isBehind, isClosing)).limit(1);
    if (rows.length > 0) return true;
    for (const { file, start } of missed) lookedTo.set(file, Math.max(start, (newest?.seq ?? -1) + 1));
    return false;
  });
}

/** Where not all of them are named, any number may be one. */
function numbersOf({ counts, findings }: Pick<FoundFile, 'counts' | 'findings'>): (SQL | undefined)[] {
  const named = findings.flatMap(({ code, expected }) => (code === 'SOURCE_GAP' ? (gapOf(expected) ?? []) : []));
  return named.length >= (counts.SOURCE_GAP ?? 0) ? named : [isNotNull(e.sourceSeq)];
}

/** The text of core/source-gaps.ts: `<source> <epoch> <number>`, or `[from,to)` of them. */
function gapOf(expected: string | null): SQL | undefined {
  const [, source, epoch, number, from, to] = /^(.+) ([0-9a-f-]{36}) (?:(\d+)|\[(\d+),(\d+)\))$/s.exec(expected ?? '') ?? [];
  if (source === undefined || epoch === undefined) return undefined;
  const one = number === undefined ? and(gte(e.sourceSeq, Number(from)), lt(e.sourceSeq, Number(to))) : eq(e.sourceSeq, Number(number));
  return and(eq(e.source, source), eq(e.sourceEpoch, epoch), one);
}
