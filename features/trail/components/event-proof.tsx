'use client';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { useZone } from '@/components/ui/clock';
import { Hash } from '@/components/ui/hash';
import { SectionHead } from '@/components/ui/section-head';
import { nowText } from '@/lib/time';
import type { EventDetail } from '../event-model';
import { type EventProofAnswer, eventProofAnswer } from '../event-proof-answer';
import { type ProofStep, proofHeadline, proveEvent } from '../proof-steps';

type Proof = { at: string; steps: ProofStep[]; answer: EventProofAnswer };
/** Of the event, and of the number before it where no row bears that. */
type Answers = { own: EventProofAnswer; before: EventProofAnswer | null };

const AGAIN_MS = 5_000;

/**
 * Worked out by the reader's own browser, from the texts on this page and a proof: the server that shows an event need not be believed about it. An event that is not sealed
 * yet is asked for again until it is.
 */
export function EventProof({ alias, event }: { alias: string; event: EventDetail }) {
  const zone = useZone();
  const { data, isError, isFetching, refetch } = useQuery({
    queryKey: ['event proof', alias, event.seq],
    queryFn: async ({ signal }): Promise<Answers> => {
      const ask = (seq: number) => fetchProof(alias, seq, signal);
      const [own, before] = await Promise.all([ask(event.seq), event.absentPrevious ? ask(event.absentPrevious.seq) : null]);
      return { own, before };
    },
    refetchInterval: ({ state }) => (state.data?.own.state === 'waiting' ? AGAIN_MS : false),
    structuralSharing: false, // each answer is checked, also one that says the same
  });
  const [proof, setProof] = useState<Proof | 'impossible' | null>(null);
  useEffect(() => {
    if (!data) return;
    let isCurrent = true;
    proveEvent(event, data.own, data.before)
      .then((steps) => isCurrent && setProof({ at: nowText(), steps, answer: data.own }))
      .catch(() => isCurrent && setProof('impossible'));
    return () => {
      isCurrent = false;
    };
  }, [event, data]);
  const done = typeof proof === 'object' ? proof : null;
  return (
    <section>
      <SectionHead
        title="Proof"
        end={
          <Button size="sm" className="text-xs" onClick={() => void refetch()} disabled={isFetching}>
            Check in this browser
          </Button>
        }
      />
      <p className="pt-2 pb-0.5 text-md font-[570]" aria-live="polite">
        {done
          ? proofHeadline(done.steps, done.at, zone, done.answer, event.recordedAt)
          : proof === 'impossible'
            ? 'This browser cannot hash here: it needs https or localhost.'
            : isError
              ? 'The server gave no proof. Nothing was checked.'
              : 'Checking…'}
      </p>
      {done && (
        <ol>
          {done.steps.map((step, i) => (
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
      {done && <p className="pt-3 text-xs text-ink-2">{footnote(done)}</p>}
    </section>
  );
}

async function fetchProof(alias: string, seq: number, signal: AbortSignal): Promise<EventProofAnswer> {
  const response = await fetch(`/api/v1/trails/${encodeURIComponent(alias)}/proof?seq=${seq}`, { signal, cache: 'no-store' });
  if (!response.ok) throw new Error(String(response.status));
  return eventProofAnswer.parse(await response.json());
}

function footnote({ steps, answer }: Proof): string {
  if (steps.some((step) => step.isGood === false)) return 'A verification of the trail says how far this reaches. Do not repair anything.';
  if (answer.state === 'keyless') return 'That says nothing of the event. Check again once the key file is back.';
  if (answer.state === 'waiting') {
    return 'No signed checkpoint covers this event yet; that takes seconds. Until then whoever holds the database could still change it unseen.';
  }
  return 'So this event, at this number, is one of those that were signed. It says nothing of the events beside it, and no anchor outside says when it was signed.';
}

function Item({ n, isGood, title, text, children }: { n: number; isGood: boolean | null; title: string; text: string; children: ReactNode }) {
  const tone = isGood === false ? 'text-denied' : isGood === null ? 'text-ink-3' : 'text-accent';
  return (
    <li className="grid grid-cols-[22px_minmax(0,1fr)] border-b border-line py-[9px]">
      <span className={`font-[550] ${tone}`}>{n}</span>
      <div className="min-w-0">
        <p className={`font-[550] ${isGood === false ? 'text-denied' : ''}`}>{title}</p>
        <p className="text-xs text-pretty text-ink-2">{text}</p>
        <p className="mt-0.5">{children}</p>
      </div>
    </li>
  );
}
