// Verification against raw COPY: the whole of features/verification/run.ts, as the reader through the view, at 0.8 KB an event, of a trail that is sealed and counted: chain, tree
// against tiles and checkpoint, sealed values, kept figures, keys, and 74 questions to the screens' own view. Beside it the Python design that this one succeeds.
import postgres from 'postgres';
import { createWalk } from '@/core/chain';
import { CopyReader } from '@/core/copy-row';
import { openSnapshot } from '@/db/copy-out';
import { mintScope, mintTrailId } from '@/db/scope';
import { headMacKey } from '@/features/trail/mutations/keys';
import { eventsQuery, preferOrder } from '@/features/trail/queries/walk-rows';
import { getKeyDigest } from '@/features/verification/queries/facts';
import { verifyRange } from '@/features/verification/run';
import { env } from '@/lib/env';
import { type Cpu, cpuMeter } from './cpu';
import { pythonDesign } from './python-design';
import { rawCopy } from './raw-copy';
import { loadScaleTrail, sealScaleTrail } from './scale-trail';
import { median, peakRssMb, rates, rounded, type Subject, timed } from './subject';

const ORIGIN = 'bench.invalid/main';

export const subject: Subject = {
  async prepare({ events, sql, say }) {
    say(`filling ${ORIGIN} with ${events} events …`);
    const trailId = await loadScaleTrail(sql, events, ORIGIN);
    say('sealing it …');
    await sealScaleTrail(trailId, ORIGIN);
    return { trailId };
  },

  async measure({ events, rounds, prepared, say }) {
    const trailId = mintTrailId(Number(prepared.trailId));
    const scope = mintScope([trailId]);
    const url = env().DATABASE_URL as string;
    const query = eventsQuery(trailId, 0, undefined);
    const took = { limit: [] as number[], ours: [] as number[], copyOut: [] as number[], keys: [] as number[] };
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    const cpu = await cpuMeter(sql);
    const spent = { limit: [] as Cpu[], ours: [] as Cpu[] };
    const measured = async (what: 'limit' | 'ours', work: () => Promise<unknown>) => {
      const before = cpu();
      took[what].push(await timed(work));
      const after = cpu();
      spent[what].push({ client: after.client - before.client, server: after.server - before.server });
    };
    let bytes = 0;
    const verify = async () => {
      const walk = verifyRange({ trail: { trailId, origin: ORIGIN }, scope, headKey: headMacKey() });
      for (;;) {
        const step = await walk.next();
        if (!step.done) continue;
        const { checked, state, counts, sealedTo } = step.value;
        if (checked !== events || state !== 'holds' || sealedTo !== events)
          throw new Error(`the verification is not good: ${state}, ${checked} checked, sealed to ${sealedTo}, ${JSON.stringify(counts)}`);
        return;
      }
    };
    const copyOut = async () => {
      const snapshot = await openSnapshot({ scope });
      await preferOrder(snapshot);
      for await (const _ of snapshot.copy(query)); // what the stream itself costs
      await snapshot.close();
    };
    const keys = async () => {
      const snapshot = await openSnapshot({ scope });
      await getKeyDigest(snapshot, trailId, { keysFrom: 0, keySeed: 1n });
      await snapshot.close();
    };
    bytes = await rawCopy(url, scope, query); // warms the server's cache and this process
    await verify();
    const rssMb = peakRssMb();
    for (let round = 1; round <= rounds; round++) {
      await measured('limit', () => rawCopy(url, scope, query));
      await measured('ours', verify);
      took.copyOut.push(await timed(copyOut));
      took.keys.push(await timed(keys));
      say(`round ${round}: raw COPY ${took.limit.at(-1)?.toFixed(0)} ms, verification ${took.ours.at(-1)?.toFixed(0)} ms`);
    }
    await sql.end();
    const each = (ms: number) => rounded((1000 * ms) / events);
    const hashing = await hashingMs(scope, query);
    const python = await pythonDesign(scope, trailId, ORIGIN, Math.min(events, PYTHON_EVENTS));
    const spentEach = (of: Cpu[], side: keyof Cpu) => each(median(of.map((one) => one[side])));
    const [limit, ours] = [median(took.limit), median(took.ours)];
    return {
      name: 'verify',
      ...rates(events, took),
      parts: {
        'raw COPY, µs an event': each(limit),
        'of processor time in the client': spentEach(spent.limit, 'client'),
        'of processor time in the server': spentEach(spent.limit, 'server'),
        'COPY through our stream, µs an event': each(median(took.copyOut)),
        'reading rows, three hashes and judging, µs an event': each(hashing),
        'event_key by count and XOR, beside it, µs an event': each(median(took.keys)),
        'the whole verification, µs an event': each(ours),
        'its processor time in the client': spentEach(spent.ours, 'client'),
        'its processor time in the server': spentEach(spent.ours, 'server'),
        ...(python && {
          'the Python design, events a second': python.perSecond,
          'its processor time, µs an event': rounded(python.cpuMicros),
          'verification against the Python design': rounded((1000 * events) / ours / python.perSecond),
          [`the Python design, MB for ${Math.min(events, PYTHON_EVENTS)} events`]: python.rssMb,
        }),
        'bytes an event in the stream': Math.round(bytes / events),
      },
      rssMb: Math.max(rssMb, peakRssMb()),
    };
  },
};

/** It holds 3 KB an event in memory and takes as long for each of them, so a million would tell nothing more. */
const PYTHON_EVENTS = 200_000;

const SAMPLE_BYTES = 16 << 20;

/** The processor's part alone: the first 16 MB of the stream judged from memory, scaled up to all of it. */
async function hashingMs(scope: Parameters<typeof openSnapshot>[0]['scope'], query: string): Promise<number> {
  const snapshot = await openSnapshot({ scope });
  await preferOrder(snapshot);
  const chunks: Buffer[] = [];
  let [all, kept] = [0, 0];
  for await (const chunk of snapshot.copy(query)) {
    all += chunk.length;
    if (kept + chunk.length > SAMPLE_BYTES) continue;
    kept += chunk.length;
    if (chunks.length === 0 || kept === all) chunks.push(Buffer.from(chunk));
  }
  await snapshot.close();
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const walk = createWalk({ origin: ORIGIN });
    const reader = new CopyReader();
    const started = performance.now();
    for (const chunk of chunks) {
      reader.push(chunk);
      for (let row = reader.next(); row !== null; row = reader.next()) walk.row(row);
    }
    times.push(performance.now() - started);
  }
  return (median(times) * all) / size;
}
