'use client';
import Link from 'next/link';
import { Actor, type ActorKind } from '@/components/ui/actor-glyph';
import { Time, ZoneName } from '@/components/ui/time';
import { formatCount } from '@/lib/format';
import { shortName } from '@/lib/short-name';
import { offsetAt } from '@/lib/time';
import type { FailedActorRow, FailedThresholdModel } from '../prepare/failed-access';

/** Who fails again and again. In a failed log-in the name is only claimed: the head says so, and the notes say what each row is. */
export function FailedActors({ over, zone }: { over: FailedThresholdModel; zone: string }) {
  if (over.actors.length === 0) return <p className="border-b border-line py-3 text-ink-2">No actor reached the threshold in this period.</p>;
  const headOffset = offsetAt(over.actors[0]?.first as string, zone);
  return (
    <>
      <div className="relative overflow-x-auto">
        <table className="ledger cols-fixed min-w-[600px]">
          <colgroup>
            <col />
            <col style={{ width: 46 }} />
            <col style={{ width: 50 }} />
            <col style={{ width: 36 }} />
            <col style={{ width: 118 }} />
            <col style={{ width: 118 }} />
            <col style={{ width: 58 }} />
            <col style={{ width: 54 }} />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Actor, as claimed</th>
              <th scope="col" className="num">
                Peak
              </th>
              <th scope="col" className="num">
                Total
              </th>
              <th scope="col" className="num" title="Different addresses">
                IPs
              </th>
              <th scope="col">
                First, <ZoneName at={over.actors[0]?.first} />
              </th>
              <th scope="col">Last</th>
              <th scope="col">Locked</th>
              <th scope="col" title="The first success of the same actor after the threshold was reached">
                Later ok
              </th>
            </tr>
          </thead>
          <tbody>
            {over.actors.map((row) => (
              <tr key={`${row.isNameless} ${row.who}`}>
                <td title={row.isAttempt ? `attempts against ${row.name}` : row.name}>
                  <Name row={row} />
                </td>
                <td className="num">{formatCount(row.peak)}</td>
                <td className="num font-[550]">{formatCount(row.total)}</td>
                <td className="num">{formatCount(row.addresses)}</td>
                <td>
                  <Time at={row.first} format="daytime" offset="differs" headOffset={headOffset} />
                </td>
                <td>
                  <Time at={row.last} format="daytime" offset="differs" headOffset={headOffset} />
                </td>
                <td>{over.recordsLockouts ? <Answer href={row.lockedHref} /> : <span className="text-ink-3">–</span>}</td>
                <td>
                  <Answer href={row.successHref} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {over.notes.map((note) => (
        <p key={note} className="pt-1.5 text-2xs text-ink-3 first-of-type:pt-2">
          {note}
        </p>
      ))}
    </>
  );
}

function Name({ row }: { row: FailedActorRow }) {
  const name = row.isNameless ? (
    <span className="text-ink-2">{row.name}</span>
  ) : (
    <Actor kind={(row.actorType || 'user') as ActorKind} name={shortName(row.name)} title={row.name} />
  );
  return row.href ? (
    <Link href={row.href} prefetch={false} className="hover:underline">
      {name}
    </Link>
  ) : (
    name
  );
}

function Answer({ href }: { href: string | null }) {
  if (href === null) return <span className="text-ink-3">no</span>;
  return (
    <Link href={href} prefetch={false} className="link">
      yes
    </Link>
  );
}
