import { type Filter, parseFilterText } from '@/core/filter';
import { UsageError } from './command';

/** --filter as JSON of the specification's grammar; null without it. @throws UsageError saying where it is wrong */
export function filterOption(text: string | undefined): Filter | null {
  if (text === undefined) return null;
  const parsed = parseFilterText(text);
  if (!parsed.ok) throw new UsageError(`--filter: ${parsed.reason}${parsed.pointer ? ` (at ${parsed.pointer})` : ''}`);
  return parsed.filter;
}

export const FILTER_HELP = `--filter is JSON, such as '{"and":[{"eq":["action","user.login"]},{"not":{"eq":["outcome","success"]}}]}'; operators are and, or, not, eq, in,
prefix, contains, lt and gte (docs/spec.md §10). Without it every event is taken.`;
