/** What a bundle of a question would hold. */
export type Preview = {
  matched: number;
  firstSeq: number | null;
  lastSeq: number | null;
  withAddress: number;
  withAgent: number;
  /** Events in which redaction dropped at least one value before they were hashed. */
  redacted: number;
  detailsBytes: number;
};
