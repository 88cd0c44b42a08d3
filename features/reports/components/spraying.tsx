'use client';
import Link from 'next/link';
import { MarkGrid } from '@/components/charts/mark-grid';
import { SectionHead } from '@/components/ui/section-head';
import { Time, ZoneName } from '@/components/ui/time';
import { formatCount, plural } from '@/lib/format';
import { formatDate, offsetAt } from '@/lib/time';
import type { SprayModel, SprayRow } from '../prepare/failed-access';

/** One source, many accounts: the fullest address drawn, one mark a try, and all of them listed. */
export function Spraying({ spray, rows, zone }: { spray: SprayModel | null; rows: SprayRow[]; zone: string }) {
  if (rows.length === 0) return null;
  const headOffset = offsetAt(rows[0]?.first as string, zone);
  return (
    <>
      {spray && (
        <section className="min-w-0">
          <SectionHead
            title={`Spraying from ${spray.ip}`}
            note={spray.note}
            end={
              spray.href && (
                <Link href={spray.href} prefetch={false} className="link">
                  {plural(rows.find((row) => row.ip === spray.ip)?.total ?? 0, 'event')}
                </Link>
              )
            }
          />
          <div className="pt-3">
            <MarkGrid rows={spray.rows} ticks={spray.ticks} label={spray.label} />
          </div>
          <p className="pt-1.5 text-2xs text-ink-3">{spray.foot}</p>
        </section>
      )}
      <section className="min-w-0">
        <SectionHead title="Addresses by accounts tried" note="from 5 accounts within 60 minutes; spraying from 10" />
        <div className="relative overflow-x-auto">
          <table className="ledger tight">
            <thead>
              <tr>
                <th scope="col">Address</th>
                <th scope="col" className="num">
                  Accounts
                </th>
                <th scope="col" className="num">
                  Attempts
                </th>
                <th scope="col">
                  First, <ZoneName at={rows[0]?.first} />
                </th>
                <th scope="col">Last</th>
                <th scope="col">Success</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.ip}>
                  <td className="mono">
                    {row.href ? (
                      <Link href={row.href} prefetch={false} className="hover:underline">
                        {row.ip}
                      </Link>
                    ) : (
                      row.ip
                    )}
                  </td>
                  <td className={`num ${row.isWarning ? 'font-[550] text-failure' : ''}`} title={`${row.totalAccounts} in the whole period`}>
                    {formatCount(row.accounts)}
                  </td>
                  <td className="num">{formatCount(row.total)}</td>
                  <td>
                    <Time at={row.first} format="daytime" offset="differs" headOffset={headOffset} />
                  </td>
                  <td>
                    <Time
                      at={row.last}
                      format={formatDate(row.first, zone) === formatDate(row.last, zone) ? 'clock' : 'daytime'}
                      offset="differs"
                      headOffset={headOffset}
                    />
                  </td>
                  <td>
                    {row.successHref ? (
                      <Link href={row.successHref} prefetch={false} className="link">
                        yes
                      </Link>
                    ) : (
                      <span className="text-ink-3">no</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  );
}
