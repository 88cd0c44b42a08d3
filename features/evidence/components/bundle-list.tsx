import Link from 'next/link';
import { ButtonLink } from '@/components/ui/button';
import { Hash } from '@/components/ui/hash';
import { RowKeys } from '@/components/ui/row-keys';
import { SectionHead } from '@/components/ui/section-head';
import { Tag } from '@/components/ui/tag';
import { Time } from '@/components/ui/time';
import { formatBytes, formatCount, plural } from '@/lib/format';
import type { BundleLine } from '../prepare';

/** What was exported, when, by whom, its hash, and the way to have it again. */
export function BundleList({
  bundles,
  leftOut,
}: {
  bundles: BundleLine[] /** What of their custody is not counted; null of nothing. */;
  leftOut: string | null;
}) {
  if (bundles.length === 0) return null;
  return (
    <section aria-labelledby="bundles">
      <SectionHead id="bundles" title="Bundles" note={formatCount(bundles.length)} />
      <RowKeys label="bundle">
        <table className="ledger">
          <thead>
            <tr>
              <th scope="col">Bundle</th>
              <th scope="col">What</th>
              <th scope="col">Made by</th>
              <th scope="col">When</th>
              <th scope="col">Completeness</th>
              <th scope="col" className="num">
                Events
              </th>
              <th scope="col" className="!pl-4">
                State
              </th>
              <th scope="col">SHA-256</th>
              <th scope="col" className="num">
                <span className="sr-only">Download</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {bundles.map((bundle) => (
              <tr key={bundle.id} data-href tabIndex={-1}>
                <td>
                  <Link data-row-link href={bundle.href} className="link mono">
                    {bundle.name}
                  </Link>
                </td>
                <td className="max-w-[44ch]" title={bundle.what}>
                  {bundle.what}
                </td>
                <td>{bundle.madeBy}</td>
                <td>
                  <Time at={bundle.at} format="when" />
                </td>
                <td>
                  <Tag title="Each event is genuine. Nothing is said of the rest.">{bundle.level}</Tag>
                </td>
                <td className="num">{formatCount(bundle.events)}</td>
                <td className="!pl-4 text-ink-2">{stateOf(bundle)}</td>
                <td>
                  <Hash value={bundle.sha256} name="hash of the zip" />
                </td>
                <td className="num">
                  <ButtonLink plainAnchor size="sm" icon="download" href={bundle.downloadHref}>
                    {formatBytes(bundle.sizeBytes)}
                    <span className="sr-only"> download bundle {bundle.name}</span>
                  </ButtonLink>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </RowKeys>
      {leftOut && <p className="pt-2 text-xs text-failure">{leftOut} Downloads that it tells of are not counted above.</p>}
    </section>
  );
}

const stateOf = ({ downloads }: BundleLine) => (downloads === 0 ? 'made' : downloads === 1 ? 'downloaded' : `downloaded ${plural(downloads, 'time')}`);
