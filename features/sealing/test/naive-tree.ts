// RFC 6962 §2.1 as it is written there, over the rows as they lie in the database: a second opinion that shares no line with core/.
import crypto from 'node:crypto';
import type { Sql } from 'postgres';

const h = (...parts: Uint8Array[]) => crypto.createHash('sha256').update(Buffer.concat(parts)).digest();

export function naiveRoot(entries: readonly Uint8Array[]): Buffer {
  if (entries.length === 0) return h();
  if (entries.length === 1) return h(Buffer.of(0), entries[0] as Uint8Array);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return h(Buffer.of(1), naiveRoot(entries.slice(0, split)), naiveRoot(entries.slice(split)));
}

/** What is wrong with the checkpoints of a trail, in words; nothing where each is the one text of its size and its root that of the rows. */
export async function naiveCheckpoints(superuser: Sql, trailId: number): Promise<string[]> {
  const rows = await superuser<{ hash: Buffer }[]>`select event_hash as hash from audit_event where trail_id = ${trailId} order by seq`;
  const notes = await superuser<
    { size: string; root: Buffer; note: string }[]
  >`select size, root, note from checkpoint where trail_id = ${trailId} order by size`;
  const wrong: string[] = [];
  const sizes = new Set<string>();
  for (const { size, root, note } of notes) {
    if (sizes.has(size)) wrong.push(`size ${size} was signed twice`);
    sizes.add(size);
    if (!naiveRoot(rows.slice(0, Number(size)).map(({ hash }) => hash)).equals(root)) wrong.push(`the root of ${size} is not that of the rows`);
    if (note.split('\n')[1] !== size || note.split('\n')[2] !== root.toString('base64')) wrong.push(`the note of ${size} says something else`);
  }
  return wrong;
}
