import { appTransaction, type Tx } from '@/db/transaction';
import { publishCatalogue } from '@/features/catalogue/mutations/publish-catalogue';
import { type CreateTrailOptions, ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { publishRules } from '@/features/trail/mutations/publish-rules';
import { recordAct } from '@/features/trail/mutations/record-act';
import { AppError } from '@/lib/errors';

type Say = (line: string, kind: string) => void;

/** `npm run demo` and nothing else runs under this one: a name that nobody can own. */
const DEMO_HOST = 'demo.invalid';

/** The demo's `main` is synthetic, so that its clock may be injected; its event 0 stands twelve months back and fixes where the generated year begins. */
function demoMain(): CreateTrailOptions {
  const begin = new Date();
  begin.setUTCFullYear(begin.getUTCFullYear() - 1);
  return { synthetic: true, clock: `${begin.toISOString().slice(0, 23)}000Z` };
}

/**
 * What a fresh database lacks: `indelible` and `main`, and the acts that say which catalogue and which redaction rules are in force. Nothing where all is there. An act that
 * `indelible` does not take keeps nobody out, or no page and no command could say why: it is said, and tried again by a server every few seconds (due-acts.ts) and at the next
 * start. No more does a trail that is gone from the database: whoever starts has said so, by its guard.
 * @param say one sentence, and of which kind it is: the same again may differ in numbers and times
 * @returns whether all is done
 */
export async function makeFirstTrails(host: string, say: Say): Promise<boolean> {
  const areMade = await orSay(say, 'A first trail is not made', () => makeMissing(host));
  const isPublished = await orSay(say, 'The catalogue of actions is not published, and reports classify nothing by it', () => appTransaction(recordCatalogue));
  const isTold = await orSay(say, 'Which redaction rules are in force is not recorded', publishRules);
  return areMade && isPublished && isTold;
}

async function makeMissing(host: string): Promise<void> {
  try {
    await ensureFirstTrails(host === DEMO_HOST ? demoMain() : undefined);
  } catch (cause) {
    if (!(cause instanceof AppError && cause.code === 'TRAIL_GONE')) throw cause;
  }
}

/** With its act, or not at all. */
async function recordCatalogue(tx: Tx): Promise<void> {
  const { id, sha256, isNew } = await publishCatalogue(tx);
  if (isNew) await recordAct(tx, { action: 'catalogue.published', actor: 'system', resourceType: 'catalogue', resourceId: id, details: { id, sha256 } });
}

async function orSay(say: Say, what: string, fn: () => Promise<void>): Promise<boolean> {
  try {
    await fn();
    return true;
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    say(`${what}: ${cause.message}. It is tried again at the next start, and by a server every few seconds.`, `${what}: ${cause.code}`);
    return false;
  }
}
