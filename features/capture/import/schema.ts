import { z } from 'zod';

export const IMPORT_FORMATS = ['cloudtrail', 'authlog', 'jsonl'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export const FORMAT_TITLES: Record<ImportFormat, { name: string; what: string }> = {
  cloudtrail: { name: 'AWS CloudTrail', what: '{"Records":[…]}, a plain array or one object a line; .json or .json.gz' },
  authlog: { name: 'auth.log', what: 'sshd, sudo, useradd and chpasswd lines of syslog' },
  jsonl: { name: 'JSON Lines', what: 'one event a line, in our own field names' },
};

/** Name of the door that the events came through (SPEC §2: ids ≤ 512 bytes of UTF-8). */
const source = z
  .string()
  .min(1, 'Write a name.')
  .refine((name) => new TextEncoder().encode(name).length <= 512, 'A source is named by at most 512 bytes.')
  .refine((name) => name.isWellFormed() && !/\p{Cc}/u.test(name), 'A name has no control characters.');

/** How a set of files is to be read. Year and zone belong to `authlog` alone, whose lines have neither, and must be given: nobody may guess a time. */
export const importSettings = z
  .object({
    format: z.enum(IMPORT_FORMATS, { error: `Choose one of ${IMPORT_FORMATS.join(', ')}.` }),
    source: source.optional(),
    year: z.coerce
      .number('Write a year such as 2026.')
      .int('Write a year such as 2026.')
      .min(1970, 'Write a year from 1970 on.')
      .max(9999, 'Write a year of four digits.')
      .optional(),
    zone: z.string().min(1).max(64).optional(),
  })
  .superRefine((value, ctx) => {
    if (value.format === 'authlog') {
      if (value.year === undefined) ctx.addIssue({ code: 'custom', path: ['year'], message: 'The lines have no year: give that of the first line.' });
      if (value.zone === undefined)
        ctx.addIssue({ code: 'custom', path: ['zone'], message: 'The lines have no zone: give one, such as UTC or Europe/Amsterdam.' });
    } else {
      if (value.year !== undefined) ctx.addIssue({ code: 'custom', path: ['year'], message: `Records of ${value.format} have their own year: leave it out.` });
      if (value.zone !== undefined) ctx.addIssue({ code: 'custom', path: ['zone'], message: `Records of ${value.format} have their own zone: leave it out.` });
    }
    if (value.zone !== undefined && !isZone(value.zone)) {
      ctx.addIssue({ code: 'custom', path: ['zone'], message: `"${value.zone}" is no time zone: write UTC, +02:00 or a name such as Europe/Amsterdam.` });
    }
  })
  .transform((value) => ({ ...value, source: value.source ?? value.format }));

export type ImportSettings = z.infer<typeof importSettings>;

function isZone(zone: string): boolean {
  if (/^[+-](0\d|1[0-4]):[0-5]\d$/.test(zone)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** What is kept of an import that ended; also in the run's stream, so it is read as anything that comes over a wire. */
export const importResult = z.object({
  counts: z.object({ read: z.number(), appended: z.number(), duplicates: z.number(), rejected: z.number() }),
  /** Good lines that stand for no event, by why. */
  skipped: z.record(z.string(), z.number()),
  /** Names in the folders that do not look like logs of the format. */
  passedOver: z.array(z.string()),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
  /** Of the events appended; null where there are none. */
  seqs: z.object({ first: z.number(), last: z.number() }).nullable(),
  /** First and last time among its events, new and known, 27 characters. */
  occurred: z.object({ first: z.string(), last: z.string() }).nullable(),
  /** A file with every reject, one JSON object a line, where there are more than the table holds. */
  rejectsFile: z.string().nullable(),
});

export type ImportResult = z.infer<typeof importResult>;
