import 'server-only';
import { sql } from 'drizzle-orm';
import { eventView as e } from '@/db/schema/audit-event';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { type Question, whereOf } from '@/features/trail/queries/bounds';
import type { Preview } from '../preview';

/** One pass over the matches. */
export async function previewBundle(tx: Tx, trailId: TrailId, question: Question): Promise<Preview> {
  const [row] = await tx.execute<Record<keyof Preview, string | null>>(sql`
    select count(*) as matched, min(${e.seq}) as "firstSeq", max(${e.seq}) as "lastSeq", count(${e.ipAddress}) as "withAddress", count(${e.userAgent}) as "withAgent",
      count(*) filter (where strpos(${e.details}::text, '"[REDACTED]"') > 0) as redacted, coalesce(sum(octet_length(${e.details}::text)), 0) as "detailsBytes"
    from ${e} where ${await whereOf(tx, trailId, question)}`);
  const number = (name: keyof Preview) => Number(row?.[name] ?? 0);
  return {
    matched: number('matched'),
    firstSeq: row?.firstSeq == null ? null : Number(row.firstSeq),
    lastSeq: row?.lastSeq == null ? null : Number(row.lastSeq),
    withAddress: number('withAddress'),
    withAgent: number('withAgent'),
    redacted: number('redacted'),
    detailsBytes: number('detailsBytes'),
  };
}
