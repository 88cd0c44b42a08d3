import { appTransaction } from '@/db/transaction';
import { publishCatalogue } from '@/features/catalogue/mutations/publish-catalogue';
import { type CreateTrailOptions, ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { publishRules } from '@/features/trail/mutations/publish-rules';
import { recordAct } from '@/features/trail/mutations/record-act';

/** `npm run demo` and nothing else runs under this one: a name that nobody can own. */
const DEMO_HOST = 'demo.invalid';

/** The demo's `main` is synthetic, so that its clock may be injected; its event 0 stands twelve months back and fixes where the generated year begins. */
function demoMain(): CreateTrailOptions {
  const begin = new Date();
  begin.setUTCFullYear(begin.getUTCFullYear() - 1);
  return { synthetic: true, clock: `${begin.toISOString().slice(0, 23)}000Z` };
}

/** What a fresh database lacks: `indelible` and `main`, and the acts that say which catalogue and which redaction rules are in force. Nothing where all is there. */
export async function makeFirstTrails(host: string): Promise<void> {
  await ensureFirstTrails(host === DEMO_HOST ? demoMain() : undefined);
  await appTransaction(async (tx) => {
    const { id, sha256, isNew } = await publishCatalogue(tx);
    if (isNew) await recordAct(tx, { action: 'catalogue.published', actor: 'system', resourceType: 'catalogue', resourceId: id, details: { id, sha256 } });
    await publishRules(tx);
  });
}
