'use client';
import { useState } from 'react';
import { HourMap, type HourRow } from '@/components/charts/hour-map';
import { SectionHead } from '@/components/ui/section-head';
import { formatCount } from '@/lib/format';
import { zoneName } from '@/lib/time';

/** When it happens: days by hours of the report's zone, or the same figures as a table of those that are not zero. */
export function HourSection({ rows, zone }: { rows: HourRow[]; zone: string }) {
  const [view, setView] = useState<'map' | 'table'>('map');
  const filled = rows.flatMap((row) => row.hours.flatMap((n, hour) => (n ? [{ key: `${row.key} ${hour}`, label: row.label, hour, n }] : [])));
  return (
    <section>
      <SectionHead
        title="By weekday and hour"
        note={zoneName(zone)}
        end={
          <button type="button" className="link hit no-print" onClick={() => setView(view === 'map' ? 'table' : 'map')}>
            {view === 'map' ? 'As table' : 'As map'}
          </button>
        }
      />
      <div className="pt-2">
        {view === 'map' ? (
          <div className="relative overflow-x-auto">
            <div className="min-w-[430px]">
              <HourMap rows={rows} label="Failed or denied by day and hour" />
            </div>
          </div>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
          <section tabIndex={0} aria-label="Failed or denied by day and hour" className="relative max-h-[300px] overflow-auto">
            <table className="ledger tight">
              <thead>
                <tr>
                  <th scope="col">Day</th>
                  <th scope="col">Hour</th>
                  <th scope="col" className="num">
                    Failed or denied
                  </th>
                </tr>
              </thead>
              <tbody>
                {filled.map((cell) => (
                  <tr key={cell.key}>
                    <td>{cell.label}</td>
                    <td>
                      {String(cell.hour).padStart(2, '0')}:00 – {String(cell.hour + 1).padStart(2, '0')}:00
                    </td>
                    <td className="num">{formatCount(cell.n)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </div>
    </section>
  );
}
