/**
 * Whether an event read its resource, changed it, or neither (a login, a payout request). The event's own word counts first: `details.changes` or `details.read_only`;
 * else the verb of the action's last part (`payout.limit.update`, `s3.GetObject`, `user.password_change`). The same two patterns run in PostgreSQL
 * (queries/kind-sql.ts), so they keep to what both regular expressions mean alike; a test holds them together.
 */
export type EventKind = 'read' | 'change' | 'other';

const READ = 'get|list|describe|head|read|view|search|query|lookup|select|show|fetch|scan|preview|print|export|download|check|count';
const CHANGE =
  'create|update|delete|put|post|patch|set|modify|change|edit|add|remove|attach|detach|enable|disable|activate|deactivate|grant|revoke|write|insert|upsert|reset|rotate|approve|reject|release|start|stop|reboot|terminate|restore|rename|move|copy|archive|publish|deploy|import|register|deregister|associate|disassociate|tag|untag|lock|unlock|assign|unassign|cancel|close|reopen|merge|upload|replace|install|schedule|authorize|suspend|resume|erase|purge|destroy|pay';

/** The verb begins a word of the last part: after its start, `_` or `-`; it ends the word, a capital follows, or it stands in the past. */
const pattern = (verbs: string) => {
  const anyCase = verbs.replace(/(^|\|)([a-z])/g, (_, bar: string, first: string) => `${bar}[${first.toUpperCase()}${first}]`);
  return `(^|[.:/_-])(${anyCase})(d|ed|ped)?($|[_A-Z-])[^.:/]*$`;
};
export const READ_PATTERN = pattern(READ);
export const CHANGE_PATTERN = pattern(CHANGE);

const isRead = new RegExp(READ_PATTERN);
const isChange = new RegExp(CHANGE_PATTERN);

/** @param readOnly details.read_only where it is a boolean @param hasChanges details.changes is there */
export function kindOf(action: string, readOnly: boolean | null, hasChanges: boolean): EventKind {
  if (hasChanges || readOnly === false) return 'change';
  if (readOnly === true) return 'read';
  if (isChange.test(action)) return 'change';
  return isRead.test(action) ? 'read' : 'other';
}

/** By its name alone: what a catalogue of actions can say. */
export const kindOfAction = (action: string): EventKind => kindOf(action, null, false);
