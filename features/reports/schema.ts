import { z } from 'zod';
import { type Period, type PeriodText, resolvePeriod } from '@/lib/period';

/** Isomorphic: what stands in the address of the reports' screens, and what their actions are asked for. */

export const reportTabs = ['people', 'services', 'system'] as const;
const bound = z.string().max(40, 'Write a time such as 2026-11-23T12:40:00Z, or one back from now such as -24h, -7d, -12mo.').optional();
const whole = (least: number, most: number, message: string) => z.coerce.number(message).int(message).min(least, message).max(most, message);

const common = {
  from: bound,
  to: bound,
  asof: whole(0, Number.MAX_SAFE_INTEGER, 'As of which event: its number, in digits.').optional(),
};

/** `asof`: the report as it was when that was the newest event; without it, as of now. */
export const privilegedParams = z.object({ ...common, tab: z.enum(reportTabs, 'The tabs are people, services and system.').default('people') });
export const failedAccessParams = z.object({
  ...common,
  threshold: whole(2, 1000, 'A threshold is a whole number from 2 to 1,000.').default(5),
  window: whole(1, 1440, 'A window is 1 to 1,440 minutes.').default(30),
});
export type PrivilegedParams = z.infer<typeof privilegedParams>;
export type FailedAccessParams = z.infer<typeof failedAccessParams>;

/** What each report shows where its address names no period. */
export const standardPeriod = { privileged: '-30d', failedAccess: '-7d' } as const;

export type ParamFault = { param: string; value: string; message: string };
export type RawParams = Record<string, string | string[] | undefined>;
export type ReadParams<T> = { ok: true; params: T; period: Period; text: PeriodText } | { ok: false; faults: ParamFault[] };

/** Reads an address against a schema, and its period at one moment. A parameter given twice counts once, its first; unknown ones are left alone. */
export function readParams<T extends { from?: string; to?: string }>(
  schema: z.ZodType<T>,
  names: readonly string[],
  raw: RawParams,
  standard: string,
  now: string,
  zone: string,
): ReadParams<T> {
  const first = (name: string) => [raw[name]].flat()[0];
  const parsed = schema.safeParse(Object.fromEntries(names.map((name) => [name, first(name) || undefined])));
  if (!parsed.success) {
    return { ok: false, faults: parsed.error.issues.map(({ path, message }) => ({ param: String(path[0]), value: first(String(path[0])) ?? '', message })) };
  }
  const { from, to } = parsed.data;
  const text = from || to ? { from, to } : { from: standard };
  const period = resolvePeriod(text, now, zone);
  if (!period) {
    return {
      ok: false,
      faults: [
        {
          param: from ? 'from' : 'to',
          value: `${from ?? ''} ${to ?? ''}`.trim(),
          message: 'A period is two times such as 2026-11-23T12:40:00Z or one such as -7d, and begins before it ends.',
        },
      ],
    };
  }
  return { ok: true, params: parsed.data, period, text };
}

const timeText = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

/** A report that stands on the screen, asked again for another page or another threshold: same period, same as-of. */
export const shownReport = z.object({ alias: z.string().max(200), from: timeText, to: timeText, zone: z.string().max(64), asOf: z.number().int().min(-1) });
export const privilegedPage = shownReport.extend({ tab: z.enum(reportTabs), before: z.object({ occurredAt: timeText, seq: z.number().int().nonnegative() }) });
export const failedAgain = shownReport.extend({ threshold: z.number().int().min(2).max(1000), window: z.number().int().min(1).max(1440) });
export type ShownReport = z.infer<typeof shownReport>;
