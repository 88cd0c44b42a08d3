import { ProgressBar } from '@/components/progress/progress-bar';
import { Button, ButtonLink } from '@/components/ui/button';
import { FactRow } from '@/components/ui/fact-row';
import { Hash } from '@/components/ui/hash';
import { SectionHead } from '@/components/ui/section-head';
import { Verdict } from '@/components/ui/verdict';
import type { RunProgress } from '@/features/runs/progress';
import { formatBytes, formatCount, formatElapsed } from '@/lib/format';
import { importSentence, periodLink, resultOf } from '../import/prepare';
import { RejectTable, type ShownReject } from './reject-table';

type Props = {
  alias: string;
  run: RunProgress;
  /** The first ones, as the page came with them. */
  rejects: ShownReject[];
  /** Absent where the reader may not stop it, or it has ended. */
  onStop?: (() => void) | undefined;
  /** Why it was not stopped. */
  refused?: string | null | undefined;
  /** Where it waits for the reader to take it up again. */
  onResume?: (() => void) | undefined;
};

/** One import: while it goes on how far it is, afterwards what became of it. */
export function ImportRunView({ alias, run, rejects, onStop, refused, onResume }: Props) {
  const { sentence, lead } = importSentence(run);
  const result = resultOf(run);
  const { read = 0, appended = 0, duplicates = 0, rejected = 0, skipped = 0 } = run.counts;
  return (
    <>
      <Verdict
        lead={lead}
        actions={
          <>
            {onResume && (
              <Button variant="primary" onClick={onResume}>
                Resume
              </Button>
            )}
            {onStop && (
              <Button onClick={onStop} disabled={run.isCancelling}>
                Stop
              </Button>
            )}
            {result?.occurred && (
              <ButtonLink variant="primary" href={periodLink(alias, result.occurred)}>
                See its events
              </ButtonLink>
            )}
          </>
        }
      >
        {sentence}
      </Verdict>
      {refused && (
        <p role="alert" className="mb-4 text-sm text-failure">
          {refused}
        </p>
      )}
      {!run.hasEnded && (
        <div className="mb-4">
          <ProgressBar done={run.done} total={run.total} label="Import" />
        </div>
      )}
      <FactRow
        facts={[
          { label: 'Read', value: formatCount(read), note: run.total === null ? undefined : `${formatBytes(run.done)} of ${formatBytes(run.total)}` },
          {
            label: 'New',
            value: formatCount(appended),
            note: result?.seqs ? `events ${formatCount(result.seqs.first)} to ${formatCount(result.seqs.last)}` : run.hasEnded ? 'none' : 'appended so far',
          },
          { label: 'Imported before', value: formatCount(duplicates), note: duplicates > 0 ? 'left as they are' : 'none' },
          {
            label: 'Rejected',
            value: formatCount(rejected),
            note: rejected > 0 ? 'each with its reason below' : 'none',
            tone: rejected > 0 ? 'warning' : 'plain',
          },
          { label: 'Elapsed', value: run.elapsedSeconds === null ? '–' : formatElapsed(run.elapsedSeconds * 1000), note: rateNote(run.ratePerSecond) },
        ]}
      />
      {rejected > 0 && <RejectTable rejects={rejects} total={rejected} file={result?.rejectsFile ?? null} isRunning={!run.hasEnded} />}
      {result && <Skipped skipped={result.skipped} total={skipped} passedOver={result.passedOver} />}
      {result && result.files.length > 0 && <Files files={result.files} />}
    </>
  );
}

const rateNote = (bytesPerSecond: number | null) => (bytesPerSecond === null ? undefined : `${formatBytes(Math.round(bytesPerSecond))} a second`);

function Skipped({ skipped, total, passedOver }: { skipped: Record<string, number>; total: number; passedOver: string[] }) {
  const rows = Object.entries(skipped).sort((a, b) => b[1] - a[1]);
  if (rows.length === 0 && passedOver.length === 0) return null;
  return (
    <section aria-labelledby="skipped" className="mt-7">
      <SectionHead
        id="skipped"
        title="Not events"
        note={rows.length > 0 ? `${formatCount(total)} good lines that stand for no event, by what wrote them` : undefined}
      />
      {rows.length > 0 && (
        <ul className="columns-[220px] gap-8 pt-2">
          {rows.map(([why, count]) => (
            <li key={why} className="flex justify-between gap-3 border-b border-line py-1">
              <span className="truncate">{why}</span>
              <span className="text-ink-2">{formatCount(count)}</span>
            </li>
          ))}
        </ul>
      )}
      {passedOver.length > 0 && (
        <p className="mt-2 text-ink-2">
          Not read, as their names are none of this format's: {passedOver.slice(0, 20).join(', ')}
          {passedOver.length > 20 && ` and ${formatCount(passedOver.length - 20)} more`}
        </p>
      )}
    </section>
  );
}

const SHOWN_FILES = 100;

function Files({ files }: { files: { name: string; bytes: number; sha256: string }[] }) {
  return (
    <section aria-labelledby="files" className="mt-7">
      <SectionHead
        id="files"
        title="Files"
        note={files.length > SHOWN_FILES ? `${SHOWN_FILES} of ${formatCount(files.length)} shown` : formatCount(files.length)}
      />
      <div className="ledger-box">
        <table className="ledger tight">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" className="num">
                Size
              </th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {files.slice(0, SHOWN_FILES).map((file) => (
              <tr key={`${file.name} ${file.sha256}`}>
                <td className="max-w-[52ch]" title={file.name}>
                  {file.name}
                </td>
                <td className="num">{formatBytes(file.bytes)}</td>
                <td>
                  <Hash value={file.sha256} name="hash of the file" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
