import { appTransaction } from '@/db/transaction';
import { publishCatalogue } from '@/features/reports/mutations/publish-catalogue';
import { type CreateTrailOptions, ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { publishRules } from '@/features/trail/mutations/publish-rules';
import { recordAct } from '@/features/trail/mutations/record-act';

/** What a fresh database lacks: `indelible` and `main`, and the acts that say which catalogue and which redaction rules are in force. Nothing where all is there. */
export async function makeFirstTrails(main?: CreateTrailOptions): Promise<void> {
  await ensureFirstTrails(main);
  await appTransaction(async (tx) => {
    const { id, sha256, isNew } = await publishCatalogue(tx);
    if (isNew) await recordAct(tx, { action: 'catalogue.published', actor: 'system', resourceType: 'catalogue', resourceId: id, details: { id, sha256 } });
    await publishRules(tx);
  });
}
