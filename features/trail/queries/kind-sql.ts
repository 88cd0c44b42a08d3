import { type SQL, sql } from 'drizzle-orm';
import { eventView as e } from '@/db/schema/audit-event';
import { CHANGE_PATTERN, type EventKind, READ_PATTERN } from '../kind';

/** kind.ts in SQL, over a row of event_view. */
export const kindSql: SQL<EventKind> = sql<EventKind>`case
  when ${e.details} -> 'changes' is not null or ${e.details} ->> 'read_only' = 'false' then 'change'
  when ${e.details} ->> 'read_only' = 'true' then 'read'
  when ${e.action} ~ ${CHANGE_PATTERN} then 'change'
  when ${e.action} ~ ${READ_PATTERN} then 'read'
  else 'other' end`;
