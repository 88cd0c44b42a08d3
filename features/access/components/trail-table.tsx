import Link from 'next/link';
import { Tag } from '@/components/ui/tag';
import { Time } from '@/components/ui/time';
import { isOwnAlias } from '@/features/trail/epoch-name';

type Row = { alias: string; origin: string; isSynthetic: boolean; createdAt: string };

/** The trails of this installation. The origin is in every event's hash. */
export function TrailTable({ trails }: { trails: Row[] }) {
  return (
    <>
      <div className="ledger-box">
        <table className="ledger">
          <thead>
            <tr>
              <th scope="col">Trail</th>
              <th scope="col">Origin</th>
              <th scope="col">Holds</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {trails.map((trail) => (
              <tr key={trail.alias}>
                <th scope="row">
                  <Link href={`/${trail.alias}/events`} className="link thumb font-[550]">
                    {trail.alias}
                  </Link>
                </th>
                <td className="mono">{trail.origin}</td>
                <td>
                  {trail.isSynthetic ? (
                    <Tag dashed>synthetic data</Tag>
                  ) : isOwnAlias(trail.alias) ? (
                    'what people do in Indelible'
                  ) : (
                    'imported and recorded events'
                  )}
                </td>
                <td>
                  <Time at={trail.createdAt} format="datetime" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-2 text-xs text-ink-3">
        An origin is part of every event and its hash. It can never be changed. A new trail:{' '}
        <span className="mono text-ink-2">npm run -s indelible -- trail create NAME</span>
      </p>
    </>
  );
}
