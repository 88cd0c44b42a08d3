import Link from 'next/link';
import { Actor, type ActorKind } from '@/components/ui/actor-glyph';
import { SectionHead } from '@/components/ui/section-head';
import { formatCount } from '@/lib/format';
import { shortName } from '@/lib/short-name';
import type { PersonRow } from '../prepare/privileged';

const words = { people: ['By person', 'Actor'], services: ['By service', 'Service'], system: ['By system actor', 'System actor'] } as const;

/** Who did how much; each name leads to that actor's events of this report. */
export function ByPerson({ people, total, tab }: { people: PersonRow[]; total: number; tab: keyof typeof words }) {
  const [title, head] = words[tab];
  return (
    <section>
      <SectionHead title={title} note={`${people.length} of ${formatCount(total)}`} />
      <table className="ledger tight cols-fixed">
        <colgroup>
          <col />
          <col style={{ width: 64 }} />
          <col style={{ width: 76 }} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col" className="num">
              All
            </th>
            <th scope="col" className="num">
              No ticket
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map((one) => (
            <tr key={`${one.actorType} ${one.actorId}`}>
              <td>
                {one.href ? (
                  <Link href={one.href} prefetch={false} className="hover:underline">
                    <Actor kind={one.actorType as ActorKind} name={shortName(one.actorId)} title={one.actorId} />
                  </Link>
                ) : (
                  <Actor kind={one.actorType as ActorKind} name={shortName(one.actorId)} title={one.actorId} />
                )}
              </td>
              <td className="num font-[550]">{formatCount(one.count)}</td>
              <td className={`num ${one.noTicket > 0 && tab === 'people' ? 'text-failure' : 'text-ink-3'}`}>{formatCount(one.noTicket)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
