'use client';
import Link from 'next/link';
import { Banner } from '@/components/ui/banner';
import { useNow, useZone } from '@/components/ui/clock';
import type { Troubles } from '../schedule/trouble';
import { troubleWords } from '../schedule/trouble-words';

/** What is wrong with the verifications of the trail that is looked at, and the gravest of each other one. */
export function TroubleBanners({ alias, troubles }: { alias: string; troubles: Troubles }) {
  const [zone, now] = [useZone(), useNow()];
  const others = Object.entries(troubles).filter(([other]) => other !== alias);
  const shown = [
    ...(troubles[alias] ?? []).map((trouble) => ({ at: alias, trouble })),
    ...others.flatMap(([at, [trouble]]) => (trouble ? [{ at, trouble }] : [])),
  ];
  return shown.map(({ at, trouble }) => {
    const { head, rest, run, tone } = troubleWords(at, trouble, now, zone);
    const hasPage = trouble.kind !== 'gone' && trouble.kind !== 'foreign';
    const integrity = `/${encodeURIComponent(at)}/integrity`;
    return (
      <Banner
        key={`${at} ${trouble.kind} ${run}`}
        tone={tone}
        action={
          hasPage && (
            <Link className="underline decoration-current underline-offset-3" href={run === null ? integrity : `${integrity}/runs/${run}`}>
              {run === null ? 'Integrity' : `Run ${run}`}
            </Link>
          )
        }
      >
        <b>
          {at !== alias && hasPage && <>Trail {at}: </>}
          {head}
        </b>{' '}
        {rest}
      </Banner>
    );
  });
}
