// For the vectors of findings: a half of an event as a case of theirs changes it.
import { canonicalJson } from '../jcs';
import { type JsonObject, parseJson } from '../json';

/** @param change the whole text, or members; one that is null goes */
export function changedHalf(text: string, change: object | string | undefined): string {
  if (typeof change === 'string') return change;
  if (change === undefined) return text;
  const parsed = parseJson(JSON.stringify({ ...JSON.parse(text), ...change }));
  const members = Object.entries((parsed as { value: JsonObject }).value).filter(([, value]) => value !== null);
  return canonicalJson(Object.fromEntries(members));
}
