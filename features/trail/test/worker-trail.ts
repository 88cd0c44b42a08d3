// What the programs of tests begin with: the database of their settings, migrated already, and the trail that they are told.
import { eq } from 'drizzle-orm';
import { bindRuntime, openRuntime } from '@/db/runtime';
import { trail } from '@/db/schema/trail';
import { appTransaction } from '@/db/transaction';
import { env } from '@/lib/env';

/** @throws where there is no such trail */
export async function workerTrail(alias: string) {
  const url = env().DATABASE_URL as string;
  bindRuntime(openRuntime({ url, ownerUrl: env().DATABASE_OWNER_URL ?? url, isEmbedded: true, stop: async () => {} }));
  const [row] = await appTransaction((tx) => tx.select().from(trail).where(eq(trail.alias, alias)));
  if (!row) throw new Error(`there is no trail ${alias}`);
  return row;
}

export const say = (line: object | 'ready') => void process.stdout.write(`${line === 'ready' ? line : JSON.stringify(line)}\n`);
