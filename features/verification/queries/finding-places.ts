import 'server-only';
import { and, asc, eq, gt } from 'drizzle-orm';
import { eventView } from '@/db/schema/audit-event';
import type { Scope, TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import { type EventRecord, getEvent } from '@/features/trail/queries/get-event';
import type { FindingPlaces, Place, ShownFinding } from '../finding-model';

/** The rows that a finding is about, as they stand there now. */
export const getFindingPlaces = (scope: Scope, trail: { trailId: TrailId; origin: string }, { code, seq, found }: ShownFinding): Promise<FindingPlaces> =>
  readTransaction(scope, async (tx) => {
    if (seq === null) return { before: null, at: null, next: null };
    const member = code === 'MALFORMED' ? (found?.split(': ')[1] ?? null) : null;
    const read = async (n: number) => (n < 0 ? null : placeOf(await getEvent(tx, trail, n), n === seq ? member : null));
    const [row] = await tx
      .select({ seq: eventView.seq })
      .from(eventView)
      .where(and(eq(eventView.trailId, trail.trailId), gt(eventView.seq, seq)))
      .orderBy(asc(eventView.seq))
      .limit(1);
    return { before: await read(seq - 1), at: await read(seq), next: row ? await read(row.seq) : null };
  });

const LONGEST = 200;

function placeOf(event: EventRecord | null, member: string | null): Place | null {
  if (!event) return null;
  const { row } = event;
  const value = member === null ? undefined : (row as unknown as Record<string, unknown>)[camel(member)];
  const text = Buffer.isBuffer(value) ? value.toString('hex') : value === null ? 'NULL' : String(value);
  return {
    seq: row.seq,
    recordedAt: row.recordedAt,
    actorId: row.actorId,
    action: row.action,
    resourceType: row.resourceType,
    resourceId: row.resourceId,
    header: event.header,
    payload: event.payload,
    headerHash: event.headerHash,
    payloadHash: event.payloadHash,
    eventHash: row.eventHash?.toString('hex') ?? '',
    prevHash: row.prevHash?.toString('hex') ?? '',
    computed: event.check.state === 'broken' ? event.check.found : (row.eventHash?.toString('hex') ?? ''),
    faultyValue: value === undefined ? null : text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text,
  };
}

const camel = (name: string) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
