import { recordActNow } from '@/features/trail/mutations/record-act';

export type View = {
  userId: string;
  /** The origin of the trail that was read. */
  origin: string;
  report: string;
  version: number;
  params: Record<string, string | number>;
  asOf: number;
  /** How many events the reader was told of. */
  rowCount: number;
};

/** Whoever looks at a report is in the log too. If that cannot be recorded, nothing is shown: the loader lets the fault pass. */
export const recordView = ({ userId, origin, report, version, params, asOf, rowCount }: View) =>
  recordActNow({
    action: 'report.viewed',
    actor: { userId },
    resourceType: 'trail',
    resourceId: origin,
    details: { query: { report, version, params, as_of_seq: asOf }, row_count: rowCount },
  });
