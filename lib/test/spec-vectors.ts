import fs from 'node:fs';
import path from 'node:path';

// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of its own section, which the file's `about` describes
type Any = any;
export type VectorCase = { name: string; [member: string]: Any };

/** The vectors of the specification, hash version 1 (core/testdata). Where text and vector differ, the vector wins. */
export const specVectors: { [section: string]: Any } = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, '../../core/testdata/spec-v1.json'), 'utf8'));

/** A section that is a list, such as `headers`, or a list inside one, such as `rows.good`. */
export function vectorCases(section: string): VectorCase[] {
  const list = section.split('.').reduce<Any>((value, member) => value[member], specVectors);
  if (!Array.isArray(list) || list.length === 0) throw new Error(`${section} is no list of vectors`);
  return list;
}
