import { formatCount, plural } from '@/lib/format';
import { shortName } from '@/lib/short-name';
import { isObject, type Json, readChanges, valueText } from './changes';

/** What a sentence about an event needs. `details` is canonical JSON text; null where only the line is known. */
export type Told = { actorType: string; actorId: string; action: string; resourceType: string; resourceId: string; outcome: string; details: string | null };

/**
 * The one sentence about an event, made of its own words: `m.okafor updated the payout limit of merchant M-2207: daily_limit from 5,000 to 50,000.`
 * An action whose verb is not known is quoted, never guessed.
 */
export function eventSentence(event: Told): string {
  const details = event.details === null ? null : (JSON.parse(event.details) as Json);
  return ours(event, details) ?? login(event) ?? `${deed(event)}${ending(event, details)}`;
}

/** Without the actor, for a line under its name: `updated the payout limit`, `tried to update the payout limit`. */
export function deedWords({ action, outcome, resourceType }: Pick<Told, 'action' | 'outcome' | 'resourceType'>): string {
  if (/(^|[._])(console)?_?log_?in$/i.test(action)) return outcome === 'success' ? 'logged in' : 'tried to log in';
  if (/(^|[._])log_?out$/i.test(action) && outcome === 'success') return 'logged out';
  const { verb, object } = parseAction(action, resourceType);
  if (!verb) return outcome === 'success' ? action : `tried ${action}`;
  return [outcome === 'success' ? past(verb) : `tried to ${bare(verb)}`, object && `the ${object}`].filter(Boolean).join(' ');
}

function ours({ action, resourceId }: Told, details: Json): string | null {
  const d = isObject(details) ? details : {};
  if (action === 'trail.created') return 'The trail was begun.';
  if (action === 'verification.finished' && typeof d.from === 'number' && typeof d.to === 'number') {
    const range = d.to > d.from ? `events ${formatCount(d.from)} to ${formatCount(d.to - 1)}` : 'no events';
    return `A verification of ${range} finished: ${typeof d.state === 'string' ? d.state.replace('_', ' ') : 'without a state'}.`;
  }
  if (action === 'key.rotated' && isKey(d.new) && isKey(d.old))
    return `The trail took a new signing key, ${keyId(d.new)}, signed in by the old one, ${keyId(d.old)}.`;
  if (action === 'key.compromised' && isKey(d.vkey) && typeof d.last_trusted_size === 'number')
    return `The key ${keyId(d.vkey)} was named stolen; what it signed alone is trusted up to ${plural(d.last_trusted_size, 'event')}.`;
  if (action === 'bundle.created') return `An evidence bundle was made${resourceId ? `: ${resourceId}` : ''}.`;
  return null;
}

/** A verifier key is `name+id+…`; its id tells it from the others. */
const isKey = (value: unknown): value is string => typeof value === 'string' && /^[^+]+\+[0-9a-f]{8}\+/.test(value);
const keyId = (vkey: string) => vkey.split('+')[1];

/** Of a failed log-in the actor is who was claimed, not who acted. */
function login({ action, outcome, actorId, resourceType, resourceId }: Told): string | null {
  if (/(^|[._])log_?out$/i.test(action) && outcome === 'success') return `${shortName(actorId) || 'Somebody the source does not name'} logged out.`;
  if (!/(^|[._])(console)?_?log_?in$/i.test(action)) return null;
  const name = shortName(actorId) || 'an account that is not named';
  const where = resourceId && resourceType !== 'session' ? ` on ${shortName(resourceId)}` : '';
  if (outcome === 'success') return `${name} logged in${where}.`;
  return `An attempt against ${name}${where} ${outcome === 'denied' ? 'was denied' : 'failed'}.`;
}

function deed(event: Told): string {
  const who = shortName(event.actorId) || 'Somebody the source does not name';
  const { verb, object } = parseAction(event.action, event.resourceType);
  const target = [event.resourceType.replaceAll('_', ' '), shortName(event.resourceId)].filter(Boolean).join(' ');
  const what = [object && `the ${object}`, target && (object ? `of ${target}` : target)].filter(Boolean).join(' ');
  if (!verb) {
    const on = target ? ` on ${target}` : '';
    return event.outcome === 'success' ? `${who} did ${event.action}${on}` : `${who} tried ${event.action}${on}`;
  }
  if (event.outcome === 'success') return `${who} ${past(verb)}${what && ` ${what}`}`;
  return event.outcome === 'denied' ? `${who} was not allowed to ${bare(verb)}${what && ` ${what}`}` : `${who} tried to ${bare(verb)}${what && ` ${what}`}`;
}

function ending({ outcome, action }: Told, details: Json): string {
  const error = isObject(details) && typeof details.error_code === 'string' && details.error_code !== '' ? details.error_code : null;
  if (outcome === 'failure') return error ? `, which failed: ${error}.` : ', which failed.';
  if (outcome === 'denied') return error && !/denied/i.test(error) ? `: ${error}.` : '.';
  const changes = readChanges(details);
  const [only] = changes;
  if (changes.length === 1 && only) {
    const [before, after] = [short(only.before), short(only.after)];
    if (before !== null && after !== null) return `${sameWord(action, only.field) ? '' : `: ${only.field}`} from ${before} to ${after}.`;
  }
  return changes.length > 1 ? `: ${changes.length} fields.` : '.';
}

const short = (value: Json | undefined) => {
  const text = valueText(value);
  if (text === null || text.length > 40 || isObject(value)) return null;
  return text === '' ? 'nothing' : text;
};
const sameWord = (action: string, field: string) => action.toLowerCase().includes(field.toLowerCase());

const PAST: Record<string, string> = {
  get: 'read',
  read: 'read',
  view: 'viewed',
  list: 'listed',
  describe: 'looked up',
  head: 'looked up',
  put: 'wrote',
  post: 'sent',
  set: 'set',
  run: 'ran',
  send: 'sent',
  write: 'wrote',
  give: 'gave',
  pay: 'paid',
  stop: 'stopped',
  tag: 'tagged',
  untag: 'untagged',
  submit: 'submitted',
  reset: 'reset',
  begin: 'began',
  buy: 'bought',
  sign_off: 'signed off',
  sync: 'synced',
  look_up: 'looked up',
};
const VERBS = new Set(
  'accept activate add allocate analyze answer apply approve archive assign associate assume attach authorise authorize begin book buy cancel capture change check close configure confirm copy create deactivate delete deny deploy deregister describe detach disable disassociate disclose download edit enable end enrol erase execute export fetch generate get give grant head import initiate install invoke issue lift list lock look merge modify move open order password_change pay pause post publish put query read reboot receive refund register reject release remove rename renew replace report request reset restore resume retire reveal revoke rotate run schedule search send set share show sign start stop store submit suspend switch sync tag terminate test transfer unassign unlock untag update upload use verify view withdraw write'.split(
    ' ',
  ),
);

function past(verb: string): string {
  if (PAST[verb]) return PAST[verb];
  if (verb.endsWith('e')) return `${verb}d`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ied` : `${verb}ed`;
}

/** Words of interfaces in the words of people. */
const PLAIN: Record<string, string> = { get: 'read', describe: 'look up', head: 'look up', put: 'write', post: 'send' };
const bare = (verb: string) => PLAIN[verb] ?? verb;

/** `payout.limit.update` → update, payout limit; `cloudtrail.StopLogging` → stop, logging; `user.password_change` → change, password. */
function parseAction(action: string, resourceType: string): { verb: string | null; object: string } {
  const parts = action.split(/[.:/]/).filter(Boolean);
  const words = (parts.pop() ?? '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[\s_-]+/)
    .map((word) => (/^[A-Z]{2,}/.test(word) ? word : word.toLowerCase()));
  const before = parts.filter((part) => part.toLowerCase() !== resourceType.toLowerCase()).flatMap((part) => part.toLowerCase().split(/[_-]/));
  const first = base(words[0] ?? '');
  const last = base(words.at(-1) ?? '');
  // In snake case the noun stands before its verb (`restore_test`), in camel case after it (`StopLogging`).
  if (first && !(last && words.length > 1 && !/[A-Z]/.test(action)))
    return { verb: first, object: clean([...before.slice(/[A-Z]/.test(action) ? before.length : 0), ...words.slice(1)], resourceType) };
  if (last) return { verb: last, object: clean([...before, ...words.slice(0, -1)], resourceType) };
  return { verb: null, object: '' };
}

/** The verb itself, or of `updated`, `changed` what it comes from. */
function base(word: string): string | null {
  for (const one of [word, word.replace(/d$/, ''), word.replace(/ed$/, ''), word.replace(/(.)\1ed$/, '$1')]) if (VERBS.has(one)) return one;
  return null;
}

/** Without the words that the type of the resource says again. */
function clean(words: string[], resourceType: string): string {
  const said = [resourceType.toLowerCase(), ...resourceType.toLowerCase().split(/[_-]/)];
  return words.filter((word) => !said.includes(word.toLowerCase())).join(' ');
}
