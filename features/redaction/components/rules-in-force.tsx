import { Hash } from '@/components/ui/hash';
import { KeyValues } from '@/components/ui/key-values';

type Rules = { id: string; sha256: string; keys: string[]; kept: string[]; patterns: { name: string; regex: string }[] };

/** What never reaches the trail: dropped before hashing, since nothing can be cleaned later. */
export function RulesInForce({ rules }: { rules: Rules }) {
  const words = (list: string[]) => <span className="mono leading-5">{list.join('  ')}</span>;
  return (
    <KeyValues
      labelWidth={140}
      wrap
      items={[
        {
          label: 'What happens',
          value:
            'A value under one of these names, or of one of these forms, is replaced by [REDACTED] as a whole before the event is hashed. The event names the rule set.',
        },
        { label: 'SHA-256', value: <Hash value={rules.sha256} name="hash of the rules" /> },
        { label: `Names, ${rules.keys.length}`, value: words(rules.keys) },
        { label: 'Kept all the same', value: words(rules.kept) },
        {
          label: `Forms, ${rules.patterns.length}`,
          value: (
            <ul>
              {rules.patterns.map((p) => (
                <li key={p.name}>
                  {p.name} <span className="mono break-all text-ink-3">{p.regex}</span>
                </li>
              ))}
            </ul>
          ),
        },
      ]}
    />
  );
}
