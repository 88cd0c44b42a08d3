import { importId } from '@/core/import-id';
import { DEFAULT_RULES } from '@/core/redact-rules';
import type { Tx } from '@/db/transaction';
import { recordAct } from './record-act';

/** Tells `<host>/indelible` which redaction rules are in force: once per text, as the act's id is made from it. */
export const publishRules = (tx: Tx) =>
  recordAct(tx, {
    action: 'rules.published',
    actor: 'system',
    resourceType: 'rules',
    resourceId: DEFAULT_RULES.id,
    details: { id: DEFAULT_RULES.id, sha256: DEFAULT_RULES.sha256 },
    id: importId('rules', `${DEFAULT_RULES.id}\n${DEFAULT_RULES.sha256}`),
  });
