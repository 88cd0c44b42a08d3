import type { Coverage } from '../shell';

/** Of a trail that was never verified nor sealed, for tests that change what they are about. */
export const plainCoverage: Coverage = {
  months: [],
  events: 0,
  verifiedTo: null,
  verifiedAt: null,
  newer: 0,
  cutOff: 0,
  breaks: [],
  breakCount: 0,
  isBreakCountExact: true,
  running: null,
  sealedSize: 0,
  oldestUnsealedMs: null,
  isSealStale: false,
  notCoveredSince: null,
  refusal: null,
  failedRun: null,
  isProtectedFromDatabaseAdmin: true,
};
