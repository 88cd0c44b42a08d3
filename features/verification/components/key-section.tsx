'use client';
import { CopyButton } from '@/components/ui/copy-button';
import { KeyValues } from '@/components/ui/key-values';
import { SectionHead } from '@/components/ui/section-head';
import { Time } from '@/components/ui/time';

type Props = { vkey: string; fingerprint: string | null; since: string };

/** The key that will vouch for this trail, to be compared with paper; and that no anchor outside vouches for it yet. */
export function KeySection({ vkey, fingerprint, since }: Props) {
  return (
    <section aria-labelledby="keys">
      <SectionHead id="keys" title="Keys and anchors" />
      <div className="pt-2">
        <KeyValues
          wrap
          labelWidth={96}
          items={[
            {
              label: 'Verifier key',
              value: (
                <CopyButton text={vkey} label="Copy the verifier key" title="Copy" className="hit text-left font-mono text-xs leading-5 break-all">
                  {(copied) => (copied ? `${vkey} ✓` : vkey)}
                </CopyButton>
              ),
            },
            {
              label: 'Fingerprint',
              value: <span className="mono leading-5 break-words">{fingerprint?.match(/.{1,8}/g)?.join(' ') ?? 'the key cannot be read'}</span>,
            },
            { label: 'Since', value: <Time at={since} format="datetime" /> },
            { label: 'Anchors', value: 'none yet: nothing outside this database vouches for the trail' },
          ]}
        />
      </div>
      <p className="mt-2 text-xs text-ink-2">Write the fingerprint down on paper, today: whoever changes the key later changes it here as well.</p>
    </section>
  );
}
