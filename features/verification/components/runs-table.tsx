import Link from 'next/link';
import { RowKeys } from '@/components/ui/row-keys';
import { SectionHead } from '@/components/ui/section-head';
import { Time, ZoneName } from '@/components/ui/time';
import { formatElapsed } from '@/lib/format';
import type { RunLine } from '../run-line';

const tones = { broken: 'text-denied', warning: 'text-failure', plain: '' };

type Props = { alias: string; schedule: string; runs: RunLine[] /** Whether there are no older ones. */; areAll: boolean };

/** The verifications of a trail and the checks of single resources, newest first. */
export function RunsTable({ alias, schedule, runs, areAll }: Props) {
  return (
    <section aria-labelledby="runs" className="min-w-0">
      <SectionHead id="runs" title="Runs" note={areAll ? runs.length : `the newest ${runs.length}`} end={<span className="text-ink-3">{schedule}</span>} />
      {runs.length === 0 ? (
        <p className="py-4 text-ink-2">
          This trail was never verified. The first run comes by itself in the night; now it takes about a second for every hundred thousand events.
        </p>
      ) : (
        <RowKeys label="run">
          <div className="ledger-box overflow-x-auto">
            <table className="ledger">
              <thead>
                <tr>
                  <th scope="col">Run</th>
                  <th scope="col">
                    Ended, <ZoneName {...(runs[0]?.finishedAt ? { at: runs[0].finishedAt } : {})} />
                  </th>
                  <th scope="col" className="max-wide:hidden">
                    By
                  </th>
                  <th scope="col">Range</th>
                  <th scope="col" className="num max-wide:hidden">
                    Took
                  </th>
                  <th scope="col" className="!pl-3.5">
                    Result
                  </th>
                </tr>
              </thead>
              <tbody>
                {runs.map((run) => (
                  <tr key={run.runId} data-href tabIndex={-1}>
                    <td>
                      <Link data-row-link href={`/${encodeURIComponent(alias)}/integrity/runs/${run.runId}`} className="link font-[550]">
                        {run.runId}
                      </Link>
                    </td>
                    <td>
                      {run.finishedAt ? (
                        <Time at={run.finishedAt} format="when" offset="never" />
                      ) : (
                        <span className="text-ink-3">{run.startedAt ? 'not ended' : 'not begun'}</span>
                      )}
                      <span className="block text-xs text-ink-3 wide:hidden">{run.by}</span>
                    </td>
                    <td className="text-ink-2 max-wide:hidden">{run.by}</td>
                    <td className="max-w-[164px] truncate max-wide:max-w-[96px] max-wide:!whitespace-normal max-wide:break-words">{run.what}</td>
                    <td className="num max-wide:hidden">{run.tookMs === null ? '–' : run.tookMs < 1000 ? '< 1 s' : formatElapsed(run.tookMs)}</td>
                    <td className={`!pl-3.5 !whitespace-normal ${tones[run.tone]}`}>{run.result}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </RowKeys>
      )}
    </section>
  );
}
