import Link from 'next/link';
import { ButtonLink } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { FactRow } from '@/components/ui/fact-row';
import { Hash } from '@/components/ui/hash';
import { SectionHead } from '@/components/ui/section-head';
import { Time } from '@/components/ui/time';
import { Verdict } from '@/components/ui/verdict';
import { formatBytes, formatCount, plural } from '@/lib/format';
import type { BundlePage } from '../prepare';

/** What the bundle holds, who has had it in hand, and how anybody checks it. */
export function BundleScreen({ page }: { page: BundlePage }) {
  const { line, from, to, inRange, fileName, files, custody, leftOut, origin } = page;
  return (
    <>
      <Verdict
        lead={`${line.what}. Each event was hashed again when the bundle was made. Nothing is said of the others, and the bundle is not sealed yet.`}
        actions={
          <>
            <ButtonLink href={page.eventsHref}>See its events</ButtonLink>
            <ButtonLink plainAnchor variant="primary" icon="download" href={line.downloadHref}>
              Download {formatBytes(line.sizeBytes)}
            </ButtonLink>
          </>
        }
      >
        {plural(line.events, 'event')} of {origin}, as a selection.
      </Verdict>
      <FactRow
        facts={[
          { label: 'Made', value: <Time at={line.at} format="when" />, note: `by ${line.madeBy}` },
          { label: 'Events', value: formatCount(line.events), note: inRange === null ? undefined : `of ${formatCount(inRange)} in the range` },
          { label: 'Range', value: to > from ? `${formatCount(from)} to ${formatCount(to - 1)}` : 'empty', note: 'event numbers' },
          { label: 'Completeness', value: line.level, note: 'genuine one by one' },
          {
            label: 'State',
            value: line.downloads === 0 ? 'made' : 'downloaded',
            note: line.downloads === 0 ? 'not handed out yet' : plural(line.downloads, 'time'),
          },
        ]}
      />
      <div className="mt-7 grid grid-cols-12 gap-x-9 max-full:grid-cols-[minmax(0,1fr)] gap-y-7 print:block">
        <div className="col-span-7 grid grid-cols-[minmax(0,1fr)] content-start gap-7 max-full:col-span-1">
          <Files files={files} fileName={fileName} sizeBytes={line.sizeBytes} sha256={line.sha256} />
          <Custody custody={custody} leftOut={leftOut} />
        </div>
        <div className="col-span-5 max-full:col-span-1">
          <ByHand page={page} />
        </div>
      </div>
    </>
  );
}

function Files({ files, fileName, sizeBytes, sha256 }: Pick<BundlePage, 'files' | 'fileName'> & { sizeBytes: number; sha256: string }) {
  return (
    <section aria-labelledby="files">
      <SectionHead id="files" title="Files" note={`${files.length} in one zip`} />
      <div className="ledger-box">
        <table className="ledger tight">
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col" className="num">
                Size
              </th>
              <th scope="col" className="!pl-4">
                SHA-256
              </th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <td className="max-w-[36ch] font-[550]" title={fileName}>
                {fileName}
              </td>
              <td className="num">{formatBytes(sizeBytes)}</td>
              <td className="!pl-4">
                <Hash value={sha256} name="hash of the zip" />
              </td>
            </tr>
            {files.map((file) => (
              <tr key={file.path}>
                <td className="mono">{file.path}</td>
                <td className="num">{formatBytes(file.size_bytes)}</td>
                <td className="!pl-4">
                  <Hash value={file.sha256} name={`hash of ${file.path}`} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Custody({ custody, leftOut }: Pick<BundlePage, 'custody' | 'leftOut'>) {
  return (
    <section aria-labelledby="custody">
      <SectionHead id="custody" title="Custody" note="from the product's own trail; each line is an event" />
      <div className="ledger-box">
        <table className="ledger tight">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col">Event</th>
              <th scope="col">Hash</th>
            </tr>
          </thead>
          <tbody>
            {custody.map((one) => (
              <tr key={one.href}>
                <td>
                  <Time at={one.at} format="datetime" />
                </td>
                <td>{one.who}</td>
                <td>{one.what}</td>
                <td>
                  <Link href={one.href} className="link">
                    {formatCount(one.seq)}
                  </Link>
                </td>
                <td>
                  <Hash value={one.hash} name="hash of the event" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {leftOut && <p className="pt-2 text-failure">{leftOut}</p>}
      {custody.length === 0 && !leftOut && <p className="pt-2 text-denied">No event tells of this bundle. Verify the product's own trail.</p>}
    </section>
  );
}

function ByHand({ page }: { page: BundlePage }) {
  const { fileName, line, tagmanifestSha256 } = page;
  const folder = fileName.replace(/\.zip$/, '');
  const steps = [
    { says: 'Is it the file that was made? Compare with the hash above.', command: `sha256sum ${fileName}` },
    {
      says: 'Is every file in it as it was packed?',
      command: `unzip -q ${fileName} && cd ${folder} &&\nsha256sum -c tagmanifest-sha256.txt &&\nsha256sum -c manifest-sha256.txt`,
    },
    {
      says: `Does bundle.created tell of it? This prints ${tagmanifestSha256.slice(0, 8)}…, which stands in that event.`,
      command: 'sha256sum tagmanifest-sha256.txt',
    },
  ];
  return (
    <section aria-labelledby="by-hand">
      <SectionHead id="by-hand" title="How to check it by hand" note="README.txt in the bundle says the same" />
      <ol className="grid gap-3 pt-2.5">
        {steps.map(({ says, command }) => (
          <li key={command}>
            <p className="mb-1 text-ink-2">{says}</p>
            <CodeBlock text={command} label={says} />
          </li>
        ))}
        <li className="text-ink-2">
          Has an event the hash that it claims? README.txt holds the one-line check of a link, filled in for the first of the {plural(line.events, 'event')}.
        </li>
      </ol>
    </section>
  );
}
