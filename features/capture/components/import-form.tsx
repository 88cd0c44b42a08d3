'use client';
import { parseAsInteger, useQueryState } from 'nuqs';
import { useRef, useState } from 'react';
import { ProgressBar } from '@/components/progress/progress-bar';
import { Button } from '@/components/ui/button';
import { ChoiceField, TextField } from '@/components/ui/field';
import { useHydrated } from '@/components/ui/hydrated';
import { SectionHead } from '@/components/ui/section-head';
import { formatBytes, formatShare, plural } from '@/lib/format';
import { guessFormat } from '../import/guess-format';
import { FORMAT_TITLES, IMPORT_FORMATS, type ImportFormat, importSettings } from '../import/schema';
import { DropZone, type PickedFile } from './drop-zone';
import { PickedFiles } from './picked-files';
import { type Sending, sendFiles } from './send-files';

const GUESS_BYTES = 4096;

/** Files, how to read them, and off they go. What was chosen stays when something is refused. */
export function ImportForm({ alias }: { alias: string }) {
  const [, setRun] = useQueryState('run', parseAsInteger.withOptions({ shallow: false, history: 'push' }));
  const [files, setFiles] = useState<PickedFile[]>([]);
  const [format, setFormat] = useState<ImportFormat | null>(null);
  const [fields, setFields] = useState({ source: '', year: '', zone: '' });
  const [issues, setIssues] = useState<Record<string, string>>({});
  const [fault, setFault] = useState<string | null>(null);
  const [sending, setSending] = useState<Sending | null>(null);
  const stop = useRef<AbortController | null>(null);
  const isIdle = useHydrated() && sending === null;
  const set = (name: keyof typeof fields) => (event: { currentTarget: { value: string } }) => setFields({ ...fields, [name]: event.currentTarget.value });
  const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0);

  async function pick(picked: PickedFile[]) {
    const all = [...files, ...picked.filter((one) => !files.some((other) => other.name === one.name && other.file.size === one.file.size))];
    setFiles(all);
    setFault(null);
    const [first] = all;
    if (format === null && first) setFormat(guessFormat(first.name, await first.file.slice(0, GUESS_BYTES).text()));
  }

  async function send() {
    const isAuthlog = format === 'authlog';
    const given = {
      format,
      source: fields.source.trim() || undefined,
      year: (isAuthlog && fields.year) || undefined,
      zone: (isAuthlog && fields.zone.trim()) || undefined,
    };
    const read = importSettings.safeParse(given);
    setFault(null);
    if (!read.success) {
      setIssues(Object.fromEntries(read.error.issues.map(({ path, message }) => [String(path[0]), message])));
      return;
    }
    setIssues({});
    stop.current = new AbortController();
    setSending({ fileIndex: 0, sentBytes: 0, totalBytes });
    const sent = await sendFiles({ trail: alias, settings: read.data, files, signal: stop.current.signal, onProgress: setSending });
    setSending(null);
    if (!sent.ok) {
      setIssues(sent.issues);
      setFault(sent.message);
      return;
    }
    setFiles([]);
    await setRun(sent.run);
  }

  return (
    <section aria-labelledby="new-import" className="grid gap-5">
      <SectionHead id="new-import" title="New import" />
      <DropZone onPick={(picked) => void pick(picked)} disabled={!isIdle} />
      {files.length > 0 && <PickedFiles files={files} onRemove={(index) => setFiles(files.filter((_, i) => i !== index))} disabled={!isIdle} />}

      <fieldset className="grid gap-2" disabled={!isIdle}>
        <legend className="mb-1 text-xs font-[550]">Format</legend>
        {IMPORT_FORMATS.map((name) => (
          <ChoiceField
            key={name}
            name="format"
            value={name}
            checked={format === name}
            onChange={() => setFormat(name)}
            title={FORMAT_TITLES[name].name}
            note={FORMAT_TITLES[name].what}
          />
        ))}
        {issues.format && <p className="text-xs text-denied">Choose how the files are to be read.</p>}
      </fieldset>

      <div className="grid items-start gap-4 wide:grid-cols-3">
        {format === 'authlog' && (
          <>
            <TextField
              label="Year of the first line"
              inputMode="numeric"
              maxLength={4}
              value={fields.year}
              onChange={set('year')}
              error={issues.year}
              hint="The lines have no year. It turns at New Year by itself."
              disabled={!isIdle}
            />
            <TextField
              label="Time zone of the machine"
              list="zones"
              autoComplete="off"
              spellCheck={false}
              value={fields.zone}
              onChange={set('zone')}
              error={issues.zone}
              hint="UTC, +02:00 or a name such as Europe/Amsterdam"
              disabled={!isIdle}
            />
            <datalist id="zones">
              {['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </>
        )}
        <TextField
          label="Source"
          placeholder={format ?? ''}
          autoComplete="off"
          spellCheck={false}
          value={fields.source}
          onChange={set('source')}
          error={issues.source}
          hint="Named in each event. The same records by another source are other events."
          disabled={!isIdle}
        />
      </div>

      {fault && (
        <p role="alert" className="text-denied">
          {fault}
        </p>
      )}
      {sending ? (
        <div className="grid gap-2">
          <p role="status">
            Sending file {sending.fileIndex + 1} of {files.length}: {formatShare(sending.totalBytes === 0 ? 1 : sending.sentBytes / sending.totalBytes)} of{' '}
            {formatBytes(sending.totalBytes)}
          </p>
          <ProgressBar done={sending.sentBytes} total={sending.totalBytes} label="Sending" />
          <div>
            <Button onClick={() => stop.current?.abort()}>Stop</Button>
          </div>
        </div>
      ) : (
        <div>
          <Button variant="primary" disabled={files.length === 0 || !isIdle} onClick={() => void send()}>
            {files.length === 0 ? 'Import' : `Import ${plural(files.length, 'file')}, ${formatBytes(totalBytes)}`}
          </Button>
        </div>
      )}
    </section>
  );
}
