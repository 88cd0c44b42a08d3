import type { Filter } from '@/core/filter';
import { fieldOfKey, fieldOfMember, type Match, type Term } from './query-fields';

/** A filter of SPEC §10 as the terms of a query: whatever the short forms cannot say becomes a group, so every filter has a text. */
export function filterToTerms(filter: Filter): Term[] {
  const node = filter as Node;
  if (node.or?.length === 1) return filterToTerms(node.or[0] as Filter);
  return node.and && !pair(filter) ? node.and.flatMap(filterToTerms) : [toTerm(filter)];
}

type Scalar = string | number;
type Node = {
  and?: Filter[];
  or?: Filter[];
  not?: Filter;
  eq?: [string, Scalar];
  in?: [string, Scalar[]];
  prefix?: [string, string];
  contains?: [string, string];
  lt?: [string, Scalar];
  gte?: [string, Scalar];
};

const NOTHING: Term = { kind: 'group', not: true, any: [[]] };

function toTerm(filter: Filter): Term {
  const node = filter as Node;
  if (node.not !== undefined) {
    const inner = toTerm(node.not);
    return inner.not ? { kind: 'group', not: true, any: [[inner]] } : { ...inner, not: true };
  }
  if (node.or?.length === 1) return toTerm(node.or[0] as Filter);
  if (node.and) return pair(filter) ?? { kind: 'group', not: false, any: [filterToTerms(filter)] };
  if (node.or)
    return node.or.length === 0 ? NOTHING : (freeText(node.or) ?? sameField(node.or) ?? { kind: 'group', not: false, any: node.or.map(filterToTerms) });
  const simple = leafOf(filter);
  return simple ? { kind: 'field', key: simple.key, not: false, values: simple.values } : NOTHING;
}

/** One condition on one member as the values of a field; `in` of nothing is nothing. */
function leafOf(filter: Filter): { key: string; values: Match[] } | null {
  const node = filter as Node;
  const [member, operand] = node.eq ?? node.in ?? node.prefix ?? node.contains ?? node.lt ?? node.gte ?? [];
  if (member === undefined || operand === undefined) return null;
  const key = fieldOfMember(member)?.key ?? member;
  const op: Match['op'] = node.eq || node.in ? 'is' : node.prefix ? 'starts' : node.contains ? 'contains' : node.lt ? 'before' : 'from';
  const operands = Array.isArray(operand) ? operand : [operand];
  return operands.length === 0 ? null : { key, values: operands.map((value) => ({ op, text: String(value) })) };
}

function sameField(parts: Filter[]): Term | null {
  const leaves = parts.map((part) => leafOf(part) ?? pairLeaf(part));
  const key = leaves[0]?.key;
  if (key === undefined || leaves.some((found) => found?.key !== key)) return null;
  const values = leaves.flatMap((found) => found?.values ?? []);
  // as query-fields.ts makes a filter of them: what it must be comes first, so that the text of a text's filter is that text
  const isPair = fieldOfKey(key)?.kind === 'pair';
  return { kind: 'field', key, not: false, values: isPair ? values : [...values.filter(isExact), ...values.filter((value) => !isExact(value))] };
}

const isExact = ({ op }: Match) => op === 'is';

function pair(filter: Filter): Term | null {
  const found = pairLeaf(filter);
  return found && { kind: 'field', key: found.key, not: false, values: found.values };
}

/** `resource:type/id`: exactly a type and then an id, and a type that the slash ends. */
function pairLeaf(filter: Filter): { key: string; values: Match[] } | null {
  const both = (filter as Node).and;
  const type = (both?.[0] as Node | undefined)?.eq;
  const id = both?.length === 2 && both[1] ? leafOf(both[1]) : null;
  if (
    type?.[0] !== 'resource_type' ||
    typeof type[1] !== 'string' ||
    type[1] === '' ||
    type[1].includes('/') ||
    id?.key !== 'resource_id' ||
    id.values.length !== 1
  )
    return null;
  return { key: 'resource', values: id.values.map(({ op, text }) => ({ op, text: `${type[1]}/${text}` })) };
}

/** Free text asks action and resource id for the same text, pair by pair. */
function freeText(parts: Filter[]): Term | null {
  const values: Match[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const action = parts[i] as Node;
    const resource = parts[i + 1] as Node | undefined;
    for (const [op, a, b] of [
      ['contains', action.contains, resource?.contains],
      ['starts', action.prefix, resource?.prefix],
    ] as const) {
      if (a?.[0] === 'action' && b?.[0] === 'resource_id' && a[1] === b[1]) values.push({ op, text: a[1] });
    }
    if (values.length !== i / 2 + 1) return null;
  }
  return { kind: 'text', not: false, values };
}
