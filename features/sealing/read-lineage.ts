import { z } from 'zod';
import type { JsonObject } from '@/core/json';
import { KeyLineage } from '@/core/key-lineage';
import type { Vkey } from '@/core/vkey';
import { readKept } from './sign-log-act';

const kept = z.object({ details: z.record(z.string(), z.union([z.string(), z.number()])) });

/**
 * Which of some keys was called stolen, by the acts that were signed here and whose files lie beside the key: also by one that a database which was put back lacks. A file alone excuses
 * nothing; here it takes belief away.
 * @throws where a file cannot be read: nobody can say then which key is believed, and how far
 */
export function readLineage(origin: string, vkeys: readonly Vkey[]): KeyLineage {
  const lineage = new KeyLineage(origin, vkeys, []);
  for (const text of readKept(origin, 'key.compromised')) lineage.act('key.compromised', kept.parse(JSON.parse(text)).details as JsonObject);
  return lineage;
}
