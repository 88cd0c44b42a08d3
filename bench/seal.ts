// The sealer from nothing against raw COPY of the same rows: every row parsed and hashed again, tiles stored, a checkpoint signed every 65,536 events. Beside it the tree
// alone, from stored event hashes, and a verification of the same rows.
import fs from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { TileTree } from '@/core/tiles';
import { openSnapshot } from '@/db/copy-out';
import { mintScope, mintTrailId } from '@/db/scope';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { ensureGuard } from '@/features/trail/guard-file';
import { headMacKey } from '@/features/trail/mutations/keys';
import { eventsQuery, preferOrder } from '@/features/trail/queries/walk-rows';
import { verifyRange } from '@/features/verification/run';
import { env } from '@/lib/env';
import { ensureSecret, home } from '@/lib/home';
import { rawCopy } from './raw-copy';
import { loadScaleTrail } from './scale-trail';
import { median, peakRssMb, rates, rounded, type Subject, timed } from './subject';

const ORIGIN = 'bench.invalid/main';

export const subject: Subject = {
  async prepare({ events, sql, say }) {
    say(`filling ${ORIGIN} with ${events} events …`);
    return { trailId: await loadScaleTrail(sql, events, ORIGIN) };
  },

  async measure({ events, rounds, prepared, say }) {
    const trailId = mintTrailId(Number(prepared.trailId));
    const trail = { trailId, origin: ORIGIN };
    const scope = mintScope([trailId]);
    const query = eventsQuery(trailId, 0, undefined);
    const url = env().DATABASE_URL as string;
    const owner = postgres(env().DATABASE_OWNER_URL as string, { max: 1, onnotice: () => {} });
    const took = { limit: [] as number[], ours: [] as number[], tree: [] as number[], verify: [] as number[] };
    const forget = async () => {
      await owner`truncate tile, checkpoint`;
      fs.rmSync(path.join(home(), 'keys', 'main.guard'), { force: true });
      ensureGuard(ORIGIN);
    };
    const seal = async () => {
      const outcome = await sealTrail(trail);
      if (!outcome.ok || outcome.size !== events) throw new Error(`not sealed: ${JSON.stringify(outcome)}`);
    };
    const tree = async () => {
      const snapshot = await openSnapshot({ scope });
      await preferOrder(snapshot);
      const grown = new TileTree();
      let rest = '';
      for await (const chunk of snapshot.copy(`select event_hash from event_view where trail_id = ${trailId} order by seq`)) {
        // 2 bytes of columns, 4 of length, 32 of hash; 19 bytes of head and 2 of end
        const bytes = rest + chunk.toString('latin1');
        let at = rest === '' && grown.size === 0 ? 19 : 0;
        for (; at + 38 <= bytes.length; at += 38) grown.push(bytes.slice(at + 6, at + 38));
        rest = bytes.slice(at);
      }
      await snapshot.close();
      if (grown.size !== events) throw new Error(`${grown.size} leaves of ${events}`);
    };
    const verify = async () => {
      const walk = verifyRange({ trail, scope, headKey: headMacKey() });
      for (;;) {
        const step = await walk.next();
        if (!step.done) continue;
        if (step.value.state !== 'holds') throw new Error(`the verification is not good: ${step.value.state}, ${JSON.stringify(step.value.counts)}`);
        return;
      }
    };
    ensureSecret('main.key', 32);
    await rawCopy(url, scope, query); // warms the server's cache
    for (let round = 1; round <= rounds; round++) {
      await forget();
      took.limit.push(await timed(() => rawCopy(url, scope, query)));
      took.ours.push(await timed(seal));
      took.tree.push(await timed(tree));
      took.verify.push(await timed(verify));
      say(
        `round ${round}: raw COPY ${took.limit.at(-1)?.toFixed(0)} ms, seal ${took.ours.at(-1)?.toFixed(0)} ms, tree alone ${took.tree.at(-1)?.toFixed(0)} ms`,
      );
    }
    await owner.end();
    const perSecond = (ms: readonly number[]) => Math.round((1000 * events) / median(ms));
    return {
      name: 'seal',
      ...rates(events, took),
      parts: {
        'leaves a second from stored hashes': perSecond(took.tree),
        'events a second of a verification with tree': perSecond(took.verify),
        'seal against verification': rounded(median(took.verify.map((ms, i) => ms / (took.ours[i] as number)))),
      },
      rssMb: peakRssMb(),
    };
  },
};
