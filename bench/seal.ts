// The sealer from nothing against raw COPY of the same rows: every row parsed and hashed again as a deep verification does, tiles stored, a checkpoint signed at
// the head. A round seals two steps of 65,536 events, of which every trail is made, with a head that stands there: a million events in each round would be a quarter of an hour of
// the same. Beside it the tree alone, from all stored event hashes, and two verifications of the rows that were sealed: one as it is, and a deep one, which parses as the sealer does and goes through every index.
import fs from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { headMac } from '@/core/mac';
import { TileTree } from '@/core/tiles';
import { mintScope, mintTrailId } from '@/db/scope';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { ensureGuard } from '@/features/trail/guard-file';
import { headMacKey } from '@/features/trail/mutations/keys';
import { eventsQuery } from '@/features/trail/queries/walk-rows';
import { verifyRange } from '@/features/verification/run';
import { env } from '@/lib/env';
import { home } from '@/lib/home';
import { rawCopy } from './raw-copy';
import { loadScaleTrail, storedHashes } from './scale-trail';
import { median, peakRssMb, rates, rounded, type Subject, timed } from './subject';

const ORIGIN = 'bench.invalid/main';
const MOST_SEALED = 2 * 65_536;

export const subject: Subject = {
  async prepare({ events, sql, say }) {
    say(`filling ${ORIGIN} with ${events} events …`);
    return { trailId: await loadScaleTrail(sql, events, ORIGIN) };
  },

  async measure({ events, rounds, prepared, say }) {
    const trailId = mintTrailId(Number(prepared.trailId));
    const trail = { trailId, origin: ORIGIN };
    const scope = mintScope([trailId]);
    const sealed = Math.min(events, MOST_SEALED);
    const query = eventsQuery(trailId, 0, sealed);
    const url = env().DATABASE_URL as string;
    const owner = postgres(env().DATABASE_OWNER_URL as string, { max: 1, onnotice: () => {} });
    const took = { limit: [] as number[], ours: [] as number[], tree: [] as number[], verify: [] as number[], deep: [] as number[] };
    const forget = async () => {
      await owner`truncate tile, checkpoint`;
      fs.rmSync(path.join(home(), 'keys', 'main.guard'), { force: true });
      ensureGuard(ORIGIN);
    };
    const setHead = async (size: number) => {
      const [row] = await owner<{ hash: Buffer }[]>`select event_hash as hash from audit_event where trail_id = ${trailId} and seq = ${size - 1}`;
      const hash = row?.hash as Buffer;
      await owner`update trail_head set next_seq = ${size}, last_hash = ${hash}, mac = ${headMac(headMacKey(), ORIGIN, size, hash)} where trail_id = ${trailId}`;
    };
    const seal = async () => {
      const outcome = await sealTrail(trail);
      if (!outcome.ok || outcome.size !== sealed) throw new Error(`not sealed: ${JSON.stringify(outcome)}`);
    };
    const tree = async () => {
      const grown = new TileTree();
      for await (const digests of storedHashes(trailId)) for (const digest of digests) grown.push(digest);
      if (grown.size !== events) throw new Error(`${grown.size} leaves of ${events}`);
    };
    const verify = async (deep: boolean) => {
      const walk = verifyRange({ trail, scope, to: sealed, headKey: headMacKey(), deep });
      for (;;) {
        const step = await walk.next();
        if (!step.done) continue;
        if (step.value.state !== 'holds') throw new Error(`the verification is not good: ${step.value.state}, ${JSON.stringify(step.value.counts)}`);
        return;
      }
    };
    await rawCopy(url, scope, query); // warms the server's cache
    for (let round = 1; round <= rounds; round++) {
      await forget();
      took.limit.push(await timed(() => rawCopy(url, scope, query)));
      await setHead(sealed);
      took.ours.push(await timed(seal));
      await setHead(events);
      took.tree.push(await timed(tree));
      took.verify.push(await timed(() => verify(false)));
      took.deep.push(await timed(() => verify(true)));
      say(
        `round ${round}: raw COPY ${took.limit.at(-1)?.toFixed(0)} ms, seal ${took.ours.at(-1)?.toFixed(0)} ms, tree alone ${took.tree.at(-1)?.toFixed(0)} ms`,
      );
    }
    await owner.end();
    const perSecond = (ms: readonly number[], count: number) => Math.round((1000 * count) / median(ms));
    return {
      name: 'seal',
      ...rates(sealed, took),
      parts: {
        'leaves a second from stored hashes': perSecond(took.tree, events),
        'events sealed in a round': sealed,
        'events a second of a verification with tree': perSecond(took.verify, sealed),
        'of a deep one, which parses as the sealer does and goes through every index': perSecond(took.deep, sealed),
        'seal against verification': rounded(median(took.verify.map((ms, i) => ms / (took.ours[i] as number)))),
        'seal against a deep one': rounded(median(took.deep.map((ms, i) => ms / (took.ours[i] as number)))),
      },
      rssMb: peakRssMb(),
    };
  },
};
