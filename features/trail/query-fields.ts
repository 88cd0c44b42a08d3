import { ACTOR_TYPES, OUTCOMES } from '@/core/draft';
import type { Filter } from '@/core/filter';

/**
 * The fields a query may name: the short key people type, the member of SPEC §1 it stands for, and how its values compare.
 * `resource` stands for two members at once (`merchant/M-2207` = type and id), free text for action and resource id.
 */
export type FieldKind = 'text' | 'choice' | 'integer' | 'time' | 'pair';
export type Field = { key: string; member: string; label: string; kind: FieldKind; choices?: readonly string[] };

export const FIELDS: readonly Field[] = [
  { key: 'actor', member: 'actor_id', label: 'actor', kind: 'text' },
  { key: 'actor_type', member: 'actor_type', label: 'actor type', kind: 'choice', choices: ACTOR_TYPES },
  { key: 'action', member: 'action', label: 'action', kind: 'text' },
  { key: 'outcome', member: 'outcome', label: 'outcome', kind: 'choice', choices: OUTCOMES },
  { key: 'type', member: 'resource_type', label: 'resource type', kind: 'text' },
  { key: 'resource', member: 'resource_id', label: 'resource', kind: 'pair' },
  { key: 'resource_id', member: 'resource_id', label: 'resource id', kind: 'text' },
  { key: 'ip', member: 'ip_address', label: 'IP address', kind: 'text' },
  { key: 'agent', member: 'user_agent', label: 'user agent', kind: 'text' },
  { key: 'session', member: 'session_id', label: 'session', kind: 'text' },
  { key: 'request', member: 'request_id', label: 'request', kind: 'text' },
  { key: 'source', member: 'source', label: 'source', kind: 'text' },
  { key: 'epoch', member: 'source_epoch', label: 'source run', kind: 'text' },
  { key: 'epoch_seq', member: 'source_seq', label: 'number in its run', kind: 'integer' },
  { key: 'redaction', member: 'redaction', label: 'redaction rules', kind: 'text' },
  { key: 'id', member: 'id', label: 'event id', kind: 'text' },
  { key: 'seq', member: 'seq', label: 'seq', kind: 'integer' },
  { key: 'occurred', member: 'occurred_at', label: 'occurred', kind: 'time' },
  { key: 'recorded', member: 'recorded_at', label: 'recorded', kind: 'time' },
  { key: 'v', member: 'v', label: 'hash version', kind: 'integer' },
  { key: 'trail', member: 'trail', label: 'trail', kind: 'text' },
  { key: 'salt', member: 'salt', label: 'header salt', kind: 'text' },
];

const byKey = new Map(FIELDS.map((field) => [field.key, field]));
const byMember = new Map(FIELDS.filter((field) => field.kind !== 'pair').map((field) => [field.member, field]));
const aliases: Record<string, string> = { ip_address: 'ip', user_agent: 'agent', object: 'resource_id', kind: 'actor_type', who: 'actor', what: 'action' };

/** The field that a typed key means: its short key, its member's own name, or an alias. */
export function fieldOfKey(key: string): Field | undefined {
  const name = key.toLowerCase();
  return byKey.get(name) ?? byMember.get(name) ?? byKey.get(aliases[name] ?? '');
}

export function fieldOfMember(member: string): Field | undefined {
  return byMember.get(member);
}

/** A condition on one field. `is | starts | contains` compare text; `from` is ≥ and `before` is < on seq and times. */
export type Match = { op: 'is' | 'starts' | 'contains' | 'from' | 'before'; text: string };
/** What one chip shows. A group holds alternatives, each a list of terms: `(a b or c)`. */
export type Term =
  | { kind: 'field'; key: string; not: boolean; values: Match[] }
  | { kind: 'text'; not: boolean; values: Match[] }
  | { kind: 'group'; not: boolean; any: Term[][] };

const NOTHING: Filter = { or: [] };

export function termsToFilter(terms: readonly Term[]): Filter {
  const parts = terms.map(termToFilter);
  return parts.length === 1 ? (parts[0] as Filter) : { and: parts };
}

function termToFilter(term: Term): Filter {
  const inner = positive(term);
  return term.not ? { not: inner } : inner;
}

function positive(term: Term): Filter {
  if (term.kind === 'group') return anyOf(term.any.map(termsToFilter));
  if (term.kind === 'text') return anyOf(term.values.flatMap((value) => [leaf('action', value), leaf('resource_id', value)]));
  const field = fieldOfKey(term.key);
  if (!field) return NOTHING;
  if (field.kind === 'pair') return anyOf(term.values.map(resourceLeaf));
  const equal = term.values.filter((value) => value.op === 'is');
  const rest = term.values.filter((value) => value.op !== 'is').map((value) => leaf(field.member, value));
  if (equal.length < 2) return anyOf([...equal.map((value) => leaf(field.member, value)), ...rest]);
  return anyOf([{ in: [field.member, equal.map((value) => scalar(field.member, value.text))] } as Filter, ...rest]);
}

function anyOf(parts: Filter[]): Filter {
  return parts.length === 1 ? (parts[0] as Filter) : { or: parts };
}

function leaf(member: string, { op, text }: Match): Filter {
  const value = scalar(member, text);
  if (op === 'is') return { eq: [member, value] } as Filter;
  if (op === 'starts') return { prefix: [member, text] } as Filter;
  if (op === 'contains') return { contains: [member, text] } as Filter;
  return (op === 'from' ? { gte: [member, value] } : { lt: [member, value] }) as Filter;
}

function scalar(member: string, text: string): string | number {
  return fieldOfMember(member)?.kind === 'integer' ? Number(text) : text;
}

/** `type/id` is both; without a slash, or with none before it, the id alone. The operator belongs to the id. */
function resourceLeaf({ op, text }: Match): Filter {
  const slash = text.indexOf('/');
  if (slash < 1) return leaf('resource_id', { op, text: slash === 0 ? text.slice(1) : text });
  return { and: [leaf('resource_type', { op: 'is', text: text.slice(0, slash) }), leaf('resource_id', { op, text: text.slice(slash + 1) })] };
}
