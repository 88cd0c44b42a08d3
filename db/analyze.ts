import { sql } from 'drizzle-orm';
import { NO_TRAILS } from './scope';
import { writeTransaction } from './transaction';

/**
 * Lets the planner know what a bulk load (an import, the demo's fill) has put into the events. Takes a second or two at 2M events; appends go on meanwhile, but one
 * that begins a new month waits for it.
 */
export const analyzeEvents = (): Promise<void> =>
  writeTransaction(NO_TRAILS, async (tx) => {
    await tx.execute(sql`select analyze_audit_event()`);
  });
