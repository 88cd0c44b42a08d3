import { CopyButton } from '@/components/ui/copy-button';

/** The public key that signs for each trail now, from its key file. A verifier trusts only the keys it was given; one read from the page it verifies proves nothing. */
export function KeyTable({ trails }: { trails: { alias: string; vkey: string | null }[] }) {
  return (
    <>
      <dl>
        {trails.map(({ alias, vkey }) => (
          <div key={alias} className="grid gap-x-4 border-b border-line py-1.5 wide:grid-cols-[128px_minmax(0,1fr)_auto]">
            <dt className="font-[550]">{alias}</dt>
            <dd className="mono min-w-0 leading-5 break-all">{vkey ?? 'the key file is not on this machine'}</dd>
            {vkey !== null && (
              <dd className="no-print">
                <CopyButton text={vkey} label={`Copy the key of ${alias}`} done="Copied" className="link hit text-xs">
                  Copy
                </CopyButton>
              </dd>
            )}
          </div>
        ))}
      </dl>
      <p className="mt-2 text-xs text-ink-3">
        Ed25519, private half in a file outside the database. Checkpoints are signed with them; give them to your auditor on paper, so that nobody can put
        another key in their place.
      </p>
    </>
  );
}
