'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useShell } from '@/app/_shell/shell-context';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { CheckField, ChoiceField, TextField } from '@/components/ui/field';
import { startResourceCheckAction, startVerificationAction } from '@/features/verification/actions';
import { formatCount } from '@/lib/format';

/** Asks what to check, starts it and leads to the run. */
export function VerifyButton({ label = 'Verify', isQuiet = false }: { label?: string /** Beside a graver button. */; isQuiet?: boolean }) {
  const { trail, coverage } = useShell();
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const [what, setWhat] = useState<'all' | 'range' | 'resource'>('all');
  const [isDeep, setDeep] = useState(false);
  const [[from, to], setRange] = useState(['', '']);
  const [resource, setResource] = useState({ type: '', id: '' });
  const [problem, setProblem] = useState<string | null>(null);
  const [isStarting, setStarting] = useState(false);

  async function start() {
    const range = what === 'all' ? (isDeep ? { deep: true } : {}) : { from: numberOf(from), ...(to.trim() === '' ? {} : { to: toOf(to) }) };
    setProblem(null);
    if (what === 'resource' && resource.type === '' && resource.id === '') return setProblem('Name the resource: its type and its id, as its events say them.');
    setStarting(true);
    try {
      const outcome = what === 'resource' ? await startResourceCheckAction(trail.alias, resource) : await startVerificationAction(trail.alias, range);
      if (outcome.ok) {
        setOpen(false);
        router.push(`/${encodeURIComponent(trail.alias)}/integrity/runs/${outcome.run}`);
      } else setProblem(outcome.reason);
    } catch {
      setProblem('The server did not answer. Nothing was started.');
    } finally {
      setStarting(false);
    }
  }

  return (
    <>
      <Button variant={isQuiet ? 'default' : 'primary'} icon="play" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title="Verify"
        note={trail.origin}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Not now</Button>
            <Button variant="primary" icon="play" onClick={start} disabled={isStarting}>
              {isStarting ? 'Starting' : 'Start'}
            </Button>
          </>
        }
      >
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          <ChoiceField name="what" title="All" note={`${formatCount(coverage.events)} events`} checked={what === 'all'} onChange={() => setWhat('all')}>
            From event 0 to the newest. Only this can say that nothing was cut off at either end.
          </ChoiceField>
          {what === 'all' && (
            <div className="pl-3">
              <CheckField
                label="Deep"
                hint="Judges the texts of every event too, not its hashes alone, and compares all that the indexes of lists and reports hold, but for those of free text and agents. What a run found stands until a verification of everything finds nothing; where only a deep one looks for all of it, until a deep one does."
                checked={isDeep}
                onChange={(event) => setDeep(event.target.checked)}
              />
            </div>
          )}
          <ChoiceField name="what" title="A range" checked={what === 'range'} onChange={() => setWhat('range')}>
            Says that these events are unchanged and linked to one another: internally consistent, not anchored.
          </ChoiceField>
          {what === 'range' && (
            <div className="grid grid-cols-2 gap-3">
              <TextField label="From event" inputMode="numeric" value={from} placeholder="0" onChange={(e) => setRange([e.target.value, to])} />
              <TextField label="Through event" hint="Empty: to the newest" inputMode="numeric" value={to} onChange={(e) => setRange([from, e.target.value])} />
            </div>
          )}
          <ChoiceField name="what" title="One resource" note="at once" checked={what === 'resource'} onChange={() => setWhat('resource')}>
            Says that each event of it is as it was signed, by its proof. Not that none is missing.
          </ChoiceField>
          {what === 'resource' && (
            <div className="grid grid-cols-2 gap-3">
              <TextField label="Type" value={resource.type} placeholder="merchant" onChange={(e) => setResource({ ...resource, type: e.target.value })} />
              <TextField label="Id" value={resource.id} placeholder="M-2207" onChange={(e) => setResource({ ...resource, id: e.target.value })} />
            </div>
          )}
          {problem && (
            <p role="alert" className="text-denied">
              {problem}
            </p>
          )}
          <button type="submit" className="hidden" aria-hidden="true" tabIndex={-1} />
        </form>
      </Dialog>
    </>
  );
}

// `84,117` is how the screen prints it, so it is how people paste it
const numberOf = (text: string) => (text.trim() === '' ? 0 : Number(text.replaceAll(/[\s,]/g, '')));
const toOf = (text: string) => numberOf(text) + 1;
