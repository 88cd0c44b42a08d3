import { z } from 'zod';
import { type Filter, parseFilter } from '@/core/filter';

const seq = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const time = z.string().length(27).nullable();

export const filterSchema = z.unknown().transform((json, context): Filter => {
  const parsed = parseFilter(json);
  if (parsed.ok) return parsed.filter;
  context.addIssue({ code: 'custom', message: `${parsed.pointer || '/'}: ${parsed.reason}` });
  return z.NEVER;
});

/** What a run of the kind `bundle` is asked for. */
export const bundleParams = z.object({
  level: z.literal('selection'),
  /** null: every event of the range. It holds the period's bounds too. */
  filter: z.union([z.null(), filterSchema]),
  from: seq,
  /** Absent: up to the newest when the run begins. */
  to: seq.optional(),
  /** The period a reader asked for, for the bundle's query.json. */
  time: z.object({ axis: z.enum(['recorded_at', 'occurred_at']), from: time, to: time, zone: z.string().max(64) }).nullable(),
  /** The question as its screen shows it; screens alone read it. */
  q: z.string().max(8_000).optional(),
});
export type BundleParams = z.infer<typeof bundleParams>;

/** What a finished run of the kind `bundle` answers. */
export const bundleResult = z.object({
  bundle_id: z.uuid(),
  from: seq,
  to: seq,
  matched: seq,
  in_range: seq,
  file_name: z.string(),
  size_bytes: seq,
  sha256: z.string(),
  tagmanifest_sha256: z.string(),
  files: z.array(z.object({ path: z.string(), sha256: z.string(), size_bytes: seq })),
});
export type BundleResult = z.infer<typeof bundleResult>;

export const bundleIdParam = z.uuid();
