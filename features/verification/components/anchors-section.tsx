import { SectionHead } from '@/components/ui/section-head';
import { Time } from '@/components/ui/time';
import { plural } from '@/lib/format';
import type { Anchor } from '../anchor';

/** Where what was signed is kept beside the database: when it took a signature last, what it defeats, what is wrong with it. */
export function AnchorsSection({ anchors }: { anchors: Anchor[] }) {
  return (
    <section aria-labelledby="anchors">
      <SectionHead id="anchors" title="Anchors" />
      <table className="ledger">
        <caption className="sr-only">Where what was signed is kept beside the database</caption>
        <thead>
          <tr>
            <th scope="col">Where, and what it defeats</th>
            <th scope="col">Last success</th>
            <th scope="col">Failures</th>
          </tr>
        </thead>
        <tbody>
          {anchors.map(({ where, defeats, last, failure }) => (
            <tr key={where}>
              <th scope="row" className="!font-normal !whitespace-normal">
                {where}
                <span className="block text-xs text-ink-3">{defeats}</span>
              </th>
              <td>
                {last === null ? (
                  <span className="text-ink-3">none</span>
                ) : (
                  <>
                    <Time at={last.at} format="when" offset="never" />
                    <span className="block text-xs text-ink-3">{plural(last.size, 'event')}</span>
                  </>
                )}
              </td>
              <td className={`!whitespace-normal ${failure === null ? 'text-ink-2' : 'text-failure'}`}>{failure ?? 'none'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
