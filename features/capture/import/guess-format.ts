import type { ImportFormat } from './schema';

/** Which format a file most likely has, from its name and its first kilobytes; null where nothing speaks for one. The reader decides. */
export function guessFormat(name: string, head: string): ImportFormat | null {
  if (/^\s*\{\s*"Records"\s*:/.test(head) || /"eventSource"\s*:/.test(head)) return 'cloudtrail';
  if (/^\s*[{[]/.test(head) && /"(occurred_at|actor_id|actor_type)"\s*:/.test(head)) return 'jsonl';
  if (/^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) \S+ [^\s:]+: /m.test(head)) return 'authlog';
  if (/\.json\.gz$/i.test(name)) return 'cloudtrail';
  if (/(^|\/)(auth|secure)[^/]*$/i.test(name)) return 'authlog';
  return null;
}
