import { importId } from '@/core/import-id';
import { DEFAULT_RULES } from '@/core/redact-rules';
import { isRecorded, recordActNow } from './record-act';

/** Tells `<host>/indelible` which redaction rules are in force: once per text, as the act's id is made from it. Where it was told, nothing is appended, and nothing needs to be. */
export async function publishRules(): Promise<void> {
  const id = importId('rules', `${DEFAULT_RULES.id}\n${DEFAULT_RULES.sha256}`);
  if (await isRecorded(id)) return;
  await recordActNow({
    action: 'rules.published',
    actor: 'system',
    resourceType: 'rules',
    resourceId: DEFAULT_RULES.id,
    details: { id: DEFAULT_RULES.id, sha256: DEFAULT_RULES.sha256 },
    id,
  });
}
