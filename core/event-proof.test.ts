import { expect, test } from 'vitest';
import type { EventRow } from './event';
import { judgeEventProof } from './event-proof';
import { longTrail, ORIGIN, sealTrail } from './test/long-trail';
import { inclusionProof } from './tile-proof';

test('an event that was signed holds, any other does not', async () => {
  const rows = longTrail(600);
  const { readTile, roots } = sealTrail(rows);
  for (const [seq, size] of [
    [0, 1],
    [0, 600],
    [255, 256],
    [256, 600],
    [599, 600],
  ] as const) {
    const row = rows[seq] as EventRow;
    const signed = { size, root: roots[size] as Buffer };
    const proof = await inclusionProof(seq, size, readTile);
    expect(judgeEventProof(ORIGIN, row, signed, proof)).toBeNull();
    expect(judgeEventProof(ORIGIN, { ...row, actorId: 'somebody-else' }, signed, proof)?.code).toBe('EVENT_HASH');
    expect(judgeEventProof('audit.example.com/other', row, signed, proof)?.code).toBe('EVENT_HASH');
    expect(judgeEventProof(ORIGIN, row, signed, null)).toMatchObject({ code: 'ROOT_MISMATCH', seq, found: 'no proof' });
    expect(judgeEventProof(ORIGIN, row, { ...signed, root: roots[size - 1] as Buffer }, proof)?.code).toBe('ROOT_MISMATCH');
    if (size > 1) expect(judgeEventProof(ORIGIN, rows[(seq + 1) % size] as EventRow, signed, proof)?.code).toBe('ROOT_MISMATCH');
  }
});
