export const SCHEDULES = ['nightly', 'weekly', 'weekly-deep', 'events'] as const;
/** Why a run was made that nobody asked for: goes on every night, reads everything every week, parses everything every week, went on after many events. */
export type Schedule = (typeof SCHEDULES)[number];

/** Those with a time; the stronger ones last: each does all that the ones before it do. */
export const TIMED = ['nightly', 'weekly', 'weekly-deep'] as const;
export type Timed = (typeof TIMED)[number];

/** As the list of runs has it. */
export const SCHEDULE_LABELS: Record<Schedule, string> = {
  nightly: 'Nightly',
  weekly: 'Weekly, everything',
  'weekly-deep': 'Weekly, deep',
  events: 'After many events',
};

/** As a sentence has it: `The nightly verification`. */
export const SCHEDULE_NAMES: Record<Schedule, string> = {
  nightly: 'nightly verification',
  weekly: 'weekly verification of everything',
  'weekly-deep': 'weekly deep verification',
  events: 'verification after many events',
};

/** In place of the code of a fault: a run that a row alone cancelled is told like one that failed; it is not made again. */
export const CANCELLED = 'CANCELLED';
/** The same for one whose process was gone before it had ended. */
export const SERVER_ENDED = 'SERVER_ENDED';
