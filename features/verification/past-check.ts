import { formatCount, plural } from '@/lib/format';
import type { PastHead, PastRun, Telling } from './past-run';
import type { ResourceParams, ShownResult } from './resource-schema';
import { resourceSentence, shortResource } from './resource-words';
import { foundSentence } from './verdict-sentence';

/** The check of one resource in the list of runs. Isomorphic. */
export type PastCheck = PastHead & {
  asked: ResourceParams;
  /** Null until it ended, and where it ended by a fault. Where `telling` is `told` it is what the event in the product's own trail says; else a row's word, of which bad news alone is shown. */
  result: ShownResult | null;
  telling: Exclude<Telling, 'unconfirmed'>;
  /** Its row says something else. */
  isByEventAlone: boolean;
  areRowsDue: PastRun['areRowsDue'];
};

/** What a check said, where the product's own trail tells of it; else what it found, and that a row alone says so. @param findings at hand */
export function checkSentence(run: PastCheck, findings: Parameters<typeof foundSentence>[1]): string {
  const { result, telling, runId, asked, isByEventAlone } = run;
  if (!result) return `${checkText(run)}.`;
  if (telling === 'told') {
    const said = resourceSentence(shortResource(asked), result, findings);
    return isByEventAlone ? `${said} So the product's own trail tells it: the row of run ${runId} says otherwise.` : said;
  }
  const isBroken = result.state === 'broken';
  const rest = isBroken ? 'nothing is said of the rest.' : 'nothing is said of the events.';
  return `${isBroken ? `${foundSentence(result.counts, findings)} ` : ''}${untoldText(run, result)}, and ${rest}`;
}

function untoldText({ telling, runId }: PastCheck, { notRecorded, act }: ShownResult): string {
  if (telling === 'waits') return `The event that tells of run ${runId} waits for its signature`;
  if (notRecorded)
    return `Run ${runId} is not recorded in the product's own trail (${notRecorded})${act ? '; it will be, once that takes events again' : ''}: what it found good is written in a row of the database alone`;
  return `No event of the product's own trail is here that is shown to be ours and tells of run ${runId} in these words: what it found good is written in a row of the database alone`;
}

/** What the list says of it. */
export const checkText = (run: PastCheck): string => `${saidText(run)}${run.isByEventAlone ? '; row false' : ''}`;

function saidText({ state, result, error, telling }: PastCheck): string {
  if (state === 'queued') return 'Waiting for its turn';
  if (state === 'running') return 'Checking';
  if (state === 'interrupted') return 'Interrupted, can be taken up again';
  if (state === 'failed') return `Could not check: ${error ?? 'fault'}. Nothing is said of the log`;
  if (!result) return 'Cancelled before the first event';
  const { checked, proven, unsealed, findings } = result;
  if (findings > 0 && result.state === 'broken') return `Broken: ${plural(findings, 'finding')}${telling === 'told' ? ` in ${plural(checked, 'event')}` : ''}`;
  if (telling !== 'told')
    return telling === 'waits' ? 'Not sealed yet' : result.notRecorded ? 'Not recorded in the own trail' : 'The own trail does not tell of this run';
  if (state === 'cancelled') return `Cancelled after ${plural(checked, 'event')}`;
  if (checked === 0) return 'No event was there to check';
  if (proven === 0 && unsealed > 0) return `${plural(unsealed, 'event')}, not yet sealed`;
  const tail = unsealed === 0 ? '' : `, ${formatCount(unsealed)} not yet sealed`;
  return `${plural(proven, 'event')} ${proven === 1 ? 'is' : 'are'} as signed${tail}${findings > 0 ? '; new key' : ''}`;
}
