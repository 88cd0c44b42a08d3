import Link from 'next/link';
import { Hash } from '@/components/ui/hash';
import { SectionHead } from '@/components/ui/section-head';
import { Time } from '@/components/ui/time';
import { plural } from '@/lib/format';
import { diffMembers } from '../diff-members';
import type { KeptCopy, Place } from '../finding-model';

const STANDING: Record<KeptCopy['standing'], string> = {
  sealed: 'as it was sealed',
  written: 'its hash is the one stored with the event',
  whole: 'whole, but nothing says that it is what was written',
  other: 'whole, but not what was sealed: it was made after the change',
  damaged: 'its own hash is wrong too',
};

type Props = { alias: string; at: Place | null; copy: KeptCopy };

/** The event as it stands beside the copy in a bundle of ours: what differs is marked, what is equal is folded. */
export function CopyTable({ alias, at, copy }: Props) {
  const diff = at && diffMembers(at, copy);
  const isProven = copy.standing === 'sealed' || copy.standing === 'written';
  const hashes: [string, string | undefined, string][] = [
    ['Header half', at?.headerHash, copy.headerHash],
    ['Payload half', at?.payloadHash, copy.payloadHash],
    ['Event hash', at?.computed, copy.eventHash],
  ];
  const wrong = (differs: boolean) => (differs ? 'bg-denied-soft text-denied' : '');
  return (
    <section aria-labelledby="copy">
      <SectionHead
        id="copy"
        title="Beside the copy"
        note={
          <>
            in a bundle of <Time at={copy.createdAt} format="when" offset="never" />, {STANDING[copy.standing]}
          </>
        }
        end={
          <Link className="link" href={`/${encodeURIComponent(alias)}/evidence/${copy.bundleId}`}>
            Open bundle
          </Link>
        }
      />
      <div className="ledger-box overflow-x-auto">
        <table className="ledger cols-fixed !min-w-0">
          <caption className="sr-only">The event as it stands and as the bundle {copy.fileName} holds it</caption>
          <colgroup>
            <col className="w-[30%]" />
            <col />
            <col />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Member</th>
              <th scope="col" className="!pl-2">
                {at === null ? 'Stored now' : at.computed === at.eventHash ? 'Stored now, hashed again' : 'Stored now, hash is wrong'}
              </th>
              <th scope="col" className="!pl-2">
                {isProven ? 'Copy, hash is right' : 'Copy'}
              </th>
            </tr>
          </thead>
          <tbody>
            {at === null && (
              <tr>
                <th scope="row" className="!font-normal text-ink-2">
                  Event
                </th>
                <td className={`!pl-2 ${wrong(true)}`}>not here</td>
                <td className="mono !pl-2 !whitespace-normal break-all">{copy.header}</td>
              </tr>
            )}
            {diff?.differing.map(({ member, stored, copy: was }) => (
              <tr key={member}>
                <th scope="row" className="!font-normal !whitespace-normal">
                  <span className="mono break-words">{member.replaceAll('/', '.\u200b')}</span>
                </th>
                <td className={`mono !pl-2 !whitespace-normal break-words ${wrong(true)}`}>{stored ?? <i>absent</i>}</td>
                <td className="mono !pl-2 !whitespace-normal break-words">{was ?? <i>absent</i>}</td>
              </tr>
            ))}
            {diff && diff.equal > 0 && (
              <tr>
                <th scope="row" className="!font-normal text-ink-2">
                  {plural(diff.equal, diff.differing.length > 0 ? 'other member' : 'member')}
                </th>
                <td className="!pl-2 text-ink-2">equal, folded</td>
                <td className="!pl-2 text-ink-2">equal, folded</td>
              </tr>
            )}
            {hashes.map(([label, stored, was]) => (
              <tr key={label}>
                <th scope="row" className="!font-normal text-ink-2">
                  {label}
                </th>
                <td className={`!pl-2 ${wrong(stored !== undefined && stored !== was)}`}>
                  {stored ? <Hash value={stored} tone={stored === was ? 'plain' : 'broken'} /> : <span className="text-ink-3">nothing</span>}
                </td>
                <td className="!pl-2">
                  <Hash value={was} /> {stored === was && <span className="text-xs text-ink-3">equal</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
