import { canonicalJson } from '@/core/jcs';
import { isJsonObject, type JsonValue, parseJson } from '@/core/json';

/** A member of an event's canonical texts by its pointer without the first slash (`details/changes/limit`); null: absent on that side. */
export type MemberDiff = { member: string; stored: string | null; copy: string | null };

/** Salts are random and say nothing to a reader; they are compared by the hashes. */
const HIDDEN = new Set(['salt']);

/**
 * Where two events differ, member by member, in the order of their texts. `equal` counts the others. Null where one of the texts is no object: then only the hashes can
 * be compared. Pure.
 */
export function diffMembers(
  stored: { header: string; payload: string },
  copy: { header: string; payload: string },
): { differing: MemberDiff[]; equal: number } | null {
  const sides = [stored, copy].map((texts) => {
    const members = new Map<string, string>();
    for (const text of [texts.header, texts.payload]) {
      const parsed = parseJson(text);
      if (!parsed.ok || !isJsonObject(parsed.value)) return null;
      flatten(parsed.value, '', members);
    }
    return members;
  });
  const [ours, theirs] = sides;
  if (!ours || !theirs) return null;
  const names = [...new Set([...theirs.keys(), ...ours.keys()])];
  const differing = names.filter((name) => ours.get(name) !== theirs.get(name));
  return {
    differing: differing.map((member) => ({ member, stored: ours.get(member) ?? null, copy: theirs.get(member) ?? null })),
    equal: names.length - differing.length,
  };
}

function flatten(value: JsonValue, at: string, into: Map<string, string>) {
  if (isJsonObject(value) && Object.keys(value).length > 0) {
    for (const name of Object.keys(value)) if (at !== '' || !HIDDEN.has(name)) flatten(value[name] as JsonValue, at === '' ? name : `${at}/${name}`, into);
    return;
  }
  into.set(at, typeof value === 'string' ? value : canonicalJson(value));
}
