// Keys exchanged by somebody who knows how a table of keys is compared, and chooses them so that no sum of theirs changes.
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import { bundled } from '@/db/test/program';
import { setPartProgram } from './part-program';
import { sealedTrail } from './test/sealed-trail';
import { named } from './test/verify-all';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const sealed = await sealedTrail();
const sql = sealed.database.superuser;
setPartProgram(pathToFileURL(bundled('features/verification/part-worker.ts')));

const sums = async () =>
  (
    await sql`select count(*)::int, max(seq)::int, bit_xor(hashtextextended(source, uuid_hash_extended(id, seq)))::text as xor
      from event_key where trail_id = ${sealed.trail.trailId}`
  )[0];

test('other ids for some of the keys, with count, largest number and digest as before: each is named, by one reader, by two, by a deep run', async () => {
  const honest = await sums();
  const deltas = await sql<{ seq: number; delta: string }[]>`
    select seq::int, (hashtextextended(source, uuid_hash_extended(id, seq)) # hashtextextended(source, uuid_hash_extended(md5(id::text)::uuid, seq)))::text as delta
    from event_key where trail_id = ${sealed.trail.trailId} and seq > 0 order by seq limit 65`;
  const chosen = cancelling(deltas.map(({ delta }) => BigInt.asUintN(64, BigInt(delta)))).map((n) => deltas[n]?.seq as number);
  await sealed.attack(`update event_key set id = md5(id::text)::uuid where trail_id = $T and seq in (${chosen})`);
  expect(chosen.length).toBeGreaterThan(1);
  expect(await sums()).toEqual(honest);

  for (const options of [{}, { deep: true }, { seam: 350 }, { from: chosen[0] as number }]) {
    const verdict = await sealed.verify(options);
    expect(verdict.readers).toBe('seam' in options ? 2 : 1);
    expect(verdict.counts, JSON.stringify(options)).toEqual({ DERIVED_MISMATCH: chosen.length });
    expect(named(verdict)).toEqual(chosen.map((seq) => `DERIVED_MISMATCH@${seq}`));
  }
});

/** Which of them XOR to nothing. Among 65 numbers of 64 bits there are always such. */
function cancelling(numbers: readonly bigint[]): number[] {
  const kept: { number: bigint; of: bigint }[] = [];
  for (const [i, one] of numbers.entries()) {
    let rest = { number: one, of: 1n << BigInt(i) };
    for (const { number, of } of kept) if ((rest.number ^ number) < rest.number) rest = { number: rest.number ^ number, of: rest.of ^ of };
    if (rest.number === 0n) return numbers.flatMap((_, n) => (rest.of & (1n << BigInt(n)) ? [n] : []));
    kept.push(rest);
  }
  throw new Error('too few numbers');
}
