'use client';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { useNow, useZone } from '@/components/ui/clock';
import { Hash } from '@/components/ui/hash';
import { SectionHead } from '@/components/ui/section-head';
import { formatCount } from '@/lib/format';
import { formatClock } from '@/lib/time';
import type { EventDetail } from '../event-model';

type Step = { isGood: boolean; title: string; text: string; hashes: { label?: string; value: string }[] };
type Proof = { at: string; steps: Step[] } | 'running' | 'impossible';

/**
 * Hashed again by the reader's own browser, from the texts on this page: the server that shows an event need not be believed about it. What the seal, signature and anchors
 * add is not there yet, and says so.
 */
export function EventProof({ event }: { event: EventDetail }) {
  const now = useNow();
  const zone = useZone();
  const [proof, setProof] = useState<Proof>('running');
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `now` dates the check and must not repeat it; `round` repeats it
  useEffect(() => {
    let isCurrent = true;
    setProof('running');
    prove(event)
      .then((steps) => isCurrent && setProof({ at: now, steps }))
      .catch(() => isCurrent && setProof('impossible'));
    return () => {
      isCurrent = false;
    };
  }, [event, round]);
  return (
    <section>
      <SectionHead
        title="Proof"
        end={
          <Button size="sm" className="text-xs" onClick={() => setRound(round + 1)}>
            Check in this browser
          </Button>
        }
      />
      <p className="pt-2 pb-0.5 text-md font-[570]" aria-live="polite">
        {headline(proof, zone, event.isSealed)}
      </p>
      {typeof proof === 'object' && (
        <ol>
          {proof.steps.map((step, i) => (
            <Item key={step.title} n={i + 1} isGood={step.isGood} title={step.title} text={step.text}>
              {step.hashes.map((hash) => (
                <span key={hash.value + (hash.label ?? '')} className="mr-3 inline-flex items-baseline gap-1.5">
                  {hash.label && <span className="text-xs text-ink-3">{hash.label}</span>}
                  <Hash value={hash.value} name={hash.label ?? 'hash'} />
                </span>
              ))}
            </Item>
          ))}
        </ol>
      )}
      <p className="pt-3 text-xs text-ink-2">
        {typeof proof === 'object' && proof.steps.some((step) => !step.isGood)
          ? 'A verification of the trail says how far this reaches. Do not repair anything.'
          : event.isSealed
            ? 'A signed checkpoint covers this event. The command line proves it to somebody who trusts only the key: proof inclusion.'
            : 'Not sealed: no signed checkpoint covers this event yet. These two steps show that it is whole and in its place; a verification shows the same for all others.'}
      </p>
    </section>
  );
}

function headline(proof: Proof, zone: string, isSealed: boolean): string {
  if (proof === 'running') return 'Checking…';
  if (proof === 'impossible') return 'This browser cannot hash here: it needs https or localhost.';
  const failed = proof.steps.findIndex((step) => !step.isGood);
  return failed < 0
    ? `Steps 1–2 hold, checked here at ${formatClock(proof.at, zone)}${isSealed ? '' : '; not sealed yet'}.`
    : `Does not hold at step ${failed + 1}.`;
}

function Item({ n, isGood, title, text, children }: { n: number; isGood: boolean; title: string; text: string; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[22px_minmax(0,1fr)] border-b border-line py-[9px]">
      <span className={`font-[550] ${isGood ? 'text-accent' : 'text-denied'}`}>{n}</span>
      <div className="min-w-0">
        <p className={`font-[550] ${isGood ? '' : 'text-denied'}`}>{title}</p>
        <p className="text-xs text-pretty text-ink-2">{text}</p>
        <p className="mt-0.5">{children}</p>
      </div>
    </li>
  );
}

async function prove(event: EventDetail): Promise<Step[]> {
  const [header, payload] = [await sha256(event.header), await sha256(event.payload)];
  const link = await sha256(`audit-chain/v1\n${event.seq}\n${event.prevHash}\n${header}\n${payload}\n`);
  const isWhole = link === event.eventHash;
  const before = event.seq === 0 ? 'the genesis of the trail' : `event ${formatCount(event.seq - 1)}`;
  return [
    {
      isGood: isWhole,
      title: isWhole ? 'Both halves hash to the stored value' : 'The halves do not give the stored hash',
      text: isWhole
        ? 'Your browser hashed the header and the payload.'
        : `Your browser got ${link.slice(0, 8)}…${link.slice(-4)}; stored is ${event.eventHash.slice(0, 8)}…${event.eventHash.slice(-4)}.`,
      hashes: [
        { label: 'header', value: header },
        { label: 'payload', value: payload },
      ],
    },
    {
      isGood: event.isPreviousLinked,
      title: event.isPreviousLinked ? `It links to ${before}` : `It does not link to ${before}`,
      text: event.isPreviousLinked
        ? 'Previous hash, header and payload give this event hash.'
        : event.previous
          ? 'It names another predecessor than the one that stands there now.'
          : 'The event before it is missing.',
      hashes: [{ value: event.eventHash }],
    },
  ];
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
