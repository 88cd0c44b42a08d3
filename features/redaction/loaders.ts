import 'server-only';
import { DEFAULT_RULES } from '@/core/redact-rules';
import { requireSession } from '@/features/access/loaders';

type Published = {
  drop_keys: { keys: string[]; scalar_keys: string[]; unless_key_ends_in: string[]; unless_key_is: string[] };
  drop_patterns: { name: string; regex: string }[];
};

/** The rule set in force, as published: what `redaction` of an event names and `rules.published` hashes. */
export async function loadRules() {
  await requireSession();
  const { drop_keys, drop_patterns } = JSON.parse(DEFAULT_RULES.text) as Published;
  return {
    id: DEFAULT_RULES.id,
    sha256: DEFAULT_RULES.sha256,
    keys: [...drop_keys.keys, ...drop_keys.scalar_keys],
    kept: [...drop_keys.unless_key_is, ...drop_keys.unless_key_ends_in.map((end) => `…${end}`)],
    patterns: drop_patterns.map(({ name, regex }) => ({ name: name.replaceAll('_', ' '), regex })),
  };
}
