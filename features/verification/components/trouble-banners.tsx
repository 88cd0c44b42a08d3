'use client';
import Link from 'next/link';
import { Banner } from '@/components/ui/banner';
import { useNow, useZone } from '@/components/ui/clock';
import { plural } from '@/lib/format';
import type { Trouble } from '../schedule/trouble';
import { troubleWords } from '../schedule/trouble-words';
import { foldTrails, type TroubledTrail } from '../schedule/troubled-trails';

/** `path`: the page that is looked at: no link leads to where one stands. */
type Place = { path: string };

/** What is wrong with the verifications of the trail that is looked at. `isNamed`: on a page that is of no trail. */
export function TroubleBanners({ alias, troubles, path, isNamed }: Place & { alias: string; troubles: readonly Trouble[]; isNamed: boolean }) {
  const [zone, now] = [useZone(), useNow()];
  return troubles.map((trouble) => {
    const { head, rest, run, tone } = troubleWords(alias, trouble, now, zone);
    return (
      <Banner key={`${trouble.kind} ${run}`} tone={tone} action={<PlaceLink alias={alias} run={run} path={path} />}>
        <b>
          {isNamed && <>Trail {alias}: </>}
          {head}
        </b>{' '}
        {rest}
      </Banner>
    );
  });
}

/** The same of the others, one line a trail: the worst in full, the rest behind a line that counts them. */
export function OtherTrails({ trails, path }: Place & { trails: readonly TroubledTrail[] }) {
  const { shown, folded } = foldTrails(trails);
  const line = (trail: TroubledTrail) => <OtherTrail key={trail.at} trail={trail} path={path} />;
  const broken = folded.filter(({ tone }) => tone === 'broken').length;
  return (
    <>
      {shown.map(line)}
      {folded.length > 0 && (
        <details className="group">
          <summary className="cursor-pointer list-none [&::-webkit-details-marker]:hidden">
            <Banner
              tone={broken > 0 ? 'broken' : 'warning'}
              action={
                <span className="underline decoration-current underline-offset-3">
                  <span className="group-open:hidden">Show them</span>
                  <span className="not-group-open:hidden">Show fewer</span>
                </span>
              }
            >
              <b>And {plural(folded.length, 'more trail')} in trouble</b>
              {broken > 0 && `, ${broken === folded.length ? 'all' : broken} of them broken or closed to events`}.
            </Banner>
          </summary>
          {folded.map(line)}
        </details>
      )}
    </>
  );
}

function OtherTrail({ trail: { at, refused, trouble, tone }, path }: Place & { trail: TroubledTrail }) {
  const [zone, now] = [useZone(), useNow()];
  const words = trouble && troubleWords(at, trouble, now, zone);
  if (refused)
    return (
      <Banner tone={tone} action={<PlaceLink alias={at} run={null} path={path} />}>
        <b>Nothing is appended to the trail {at}.</b>{' '}
        {refused.goesOnIn === null ? 'Its own pages say why, and what to do.' : `It lost events that were signed, and goes on in ${refused.goesOnIn}.`}
        {words && ` ${words.head}${words.head.endsWith('.') ? '' : '.'}`}
      </Banner>
    );
  if (words === null) return null;
  const { head, rest, run } = words;
  if (trouble?.kind === 'gone' || trouble?.kind === 'foreign')
    return (
      <Banner tone={tone}>
        <b>{head}</b> {rest}
      </Banner>
    );
  return (
    <Banner tone={tone} action={<PlaceLink alias={at} run={run} path={path} />}>
      <b>
        Trail {at}: {head}
      </b>
      {head.endsWith('.') ? ' I' : ': i'}ts own pages say what that means, and what to do.
    </Banner>
  );
}

function PlaceLink({ alias, run, path }: Place & { alias: string; run: number | null }) {
  const integrity = `/${encodeURIComponent(alias)}/integrity`;
  const href = run === null ? integrity : `${integrity}/runs/${run}`;
  if (path === href) return null;
  return (
    <Link className="underline decoration-current underline-offset-3" href={href}>
      {run === null ? 'Integrity' : `Run ${run}`}
    </Link>
  );
}
