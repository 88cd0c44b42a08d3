import { type Json, readChanges, valueText } from './changes';

/** One recorded change of a resource, oldest first in a list of them. */
export type RecordedChange = { seq: number; occurredAt: string; details: string };
/** A field at two moments. `a` or `b` undefined: nothing recorded says what it was then. `setBy`: the event that made it what it is at B. */
export type FieldAt = { field: string; a: Json | undefined; b: Json | undefined; setBy: number | null; differs: boolean };

/**
 * The fields of a resource at two moments, from its recorded changes alone: the newest value set until then; before a field's first change the value it had before that
 * change; where neither is known, unknown. Fields in the order of their latest change, newest first.
 */
export function stateAtTwo(changes: readonly RecordedChange[], a: string, b: string): FieldAt[] {
  const history = new Map<string, { seq: number; at: string; before: Json | undefined; after: Json | undefined }[]>();
  for (const change of changes) {
    for (const { field, before, after } of readChanges(JSON.parse(change.details) as Json)) {
      const steps = history.get(field) ?? [];
      steps.push({ seq: change.seq, at: change.occurredAt, before, after });
      history.delete(field); // a Map keeps the order of insertion: the last changed field comes last
      history.set(field, steps);
    }
  }
  return [...history].reverse().map(([field, steps]) => {
    const at = (moment: string) => {
      const set = steps.filter((step) => step.at <= moment).at(-1);
      return set ? { value: set.after, seq: set.seq } : { value: steps[0]?.before, seq: null };
    };
    const [left, right] = [at(a), at(b)];
    return { field, a: left.value, b: right.value, setBy: right.seq, differs: valueText(left.value) !== valueText(right.value) };
  });
}
