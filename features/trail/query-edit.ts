import { fieldOfKey, type Match, type Term } from './query-fields';

// How a query changes under the reader's hand. Pure: terms in, terms out.

export const removeTerm = (terms: readonly Term[], index: number): Term[] => terms.filter((_, i) => i !== index);

export const replaceTerm = (terms: readonly Term[], index: number, term: Term): Term[] =>
  index < terms.length ? terms.map((old, i) => (i === index ? term : old)) : [...terms, term];

/** Only this value: in place of whatever the query says of that field. */
export function onlyThis(terms: readonly Term[], key: string, text: string): Term[] {
  const at = terms.findIndex((term) => isField(term, key));
  const term: Term = { kind: 'field', key, not: false, values: [{ op: 'is', text }] };
  const others = terms.filter((one, i) => i === at || !isField(one, key));
  return at < 0 ? [...others, term] : others.map((one) => (isField(one, key) ? term : one));
}

/** Not this value, beside what is excluded already; it also goes from a list of wanted ones. */
export function exclude(terms: readonly Term[], key: string, text: string): Term[] {
  const isThis = (value: Match) => value.op === 'is' && value.text === text;
  const rest = terms.flatMap((term): Term[] => {
    if (!isField(term, key) || term.kind !== 'field' || term.not || !term.values.some(isThis)) return [term];
    const values = term.values.filter((value) => !isThis(value));
    return values.length === 0 ? [] : [{ ...term, values }];
  });
  const at = rest.findIndex((term) => isField(term, key) && term.not);
  const old = rest[at];
  if (old?.kind !== 'field') return [...rest, { kind: 'field', key, not: true, values: [{ op: 'is', text }] }];
  return old.values.some(isThis) ? rest : replaceTerm(rest, at, { ...old, values: [...old.values, { op: 'is', text }] });
}

const isField = (term: Term, key: string) => term.kind === 'field' && term.key === key;

/** A resource as one value of a query: `type/id`, or the id alone where a slash in the type would part it wrongly. */
export function resourceValue(type: string, id: string): { key: string; text: string } {
  return type === '' || type.includes('/') ? { key: 'resource_id', text: id } : { key: 'resource', text: `${type}/${id}` };
}

export type ChipWords = { lead: string; parts: { join: string; text: string }[] };

/** How a chip reads: `actor is` **bert-jan** · `outcome is` **failure** `or` **denied** · `action does not start with` **s3.** */
export function chipWords(term: Term): ChipWords {
  if (term.kind === 'group') return { lead: term.not ? 'none of' : 'any of', parts: [] };
  const label = term.kind === 'text' ? 'action or resource' : (fieldOfKey(term.key)?.label ?? term.key);
  const first = term.values[0]?.op ?? 'is';
  const parts = term.values.map((value, i) => ({
    join: i === 0 ? '' : value.op === first ? 'or' : `or ${verbOf(value, term.not)}`,
    text: value.text === '' ? (value.op === 'is' ? 'empty' : 'anything') : value.text,
  }));
  return { lead: `${label} ${verbOf(term.values[0] ?? { op: 'is', text: '' }, term.not)}`, parts };
}

function verbOf({ op }: Pick<Match, 'op'> & { text: string }, not: boolean): string {
  const words = {
    is: ['is', 'is not'],
    starts: ['starts with', 'does not start with'],
    contains: ['contains', 'does not contain'],
    from: ['is from', 'is not from'],
    before: ['is before', 'is not before'],
  } as const;
  return words[op][not ? 1 : 0];
}

export function chipText(term: Term): string {
  const { lead, parts } = chipWords(term);
  return [lead, ...parts.map(({ join, text }) => `${join} ${text}`.trim())].join(' ');
}
