'use client';
import Link from 'next/link';
import { Banner } from '@/components/ui/banner';
import { useNow, useZone } from '@/components/ui/clock';
import type { Troubles } from '../schedule/trouble';
import { troubleWords } from '../schedule/trouble-words';

type Props = { alias: string; troubles: Troubles /** The page that is looked at: no link leads to where one stands. */; path: string };

/** What is wrong with the verifications of the trail that is looked at, and the gravest of each other one. */
export function TroubleBanners({ alias, troubles, path }: Props) {
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
    const href = run === null ? integrity : `${integrity}/runs/${run}`;
    return (
      <Banner
        key={`${at} ${trouble.kind} ${run}`}
        tone={tone}
        action={
          hasPage &&
          path !== href && (
            <Link className="underline decoration-current underline-offset-3" href={href}>
              {run === null ? 'Integrity' : `Run ${run}`}
            </Link>
          )
        }
      >
        <b>
          {at !== alias && hasPage && <>Trail {at}: </>}
          {head}
        </b>
        {at === alias || !hasPage ? ` ${rest}` : `${head.endsWith('.') ? ' I' : ': i'}ts own pages say what that means, and what to do.`}
      </Banner>
    );
  });
}
