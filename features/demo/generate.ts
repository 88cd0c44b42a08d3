import { type DayPlan, planDay } from './day';
import { type Act, type DemoDraft, demoId, type Seat, sourceOf, type World } from './event';
import { incidents } from './incidents';
import { atLocal, localDay } from './local-time';
import { createPrng, type Prng } from './prng';
import { createRecords } from './records';

/** One event as the trail gets it: when it arrives (ms UTC, never falling from one to the next) and the draft its source sent. */
export type Arrival = { arrivesAtMs: number; draft: DemoDraft };

export const demoEvents = 119_999; // with event 0 the trail holds 120,000

/** Twelve months later, on the same day of the month or the last one it has. */
export function twelveMonthsAfter(startMs: number): number {
  const start = new Date(startMs);
  const end = new Date(startMs);
  end.setUTCFullYear(start.getUTCFullYear() + 1);
  if (end.getUTCMonth() !== start.getUTCMonth()) end.setUTCDate(0);
  return end.getTime();
}

/**
 * The twelve months of a fictional clinic-and-payments company that end (excluded) at `endMs`: exactly `count` events in the order in which they arrive.
 * Nothing but the arguments decides what comes out: no clock, no machine's time zone, no chance. ~1 s for all.
 */
export function* generateDemo({ startMs, endMs, count = demoEvents }: { startMs: number; endMs: number; count?: number }): Generator<Arrival> {
  const firstDay = localDay(startMs);
  const lastDay = localDay(endMs - 1);
  const within = (act: Act) => act.at >= startMs && act.at + lagOf(act) < endMs;

  const planted = new Map<number, Act[]>();
  for (const incident of incidents) {
    for (const act of incident.acts(lastDay - incident.daysBack)) {
      if (within(act)) planted.set(localDay(act.at), [...(planted.get(localDay(act.at)) ?? []), act]);
    }
  }

  const planOf = (day: number): DayPlan => {
    const plan = planDay(day, (day - firstDay) / (lastDay - firstDay), createPrng(`plan\n${day - lastDay}`));
    return { ...plan, fixed: hush(plan.fixed, day, lastDay).filter(within) };
  };

  const days = Array.from({ length: lastDay - firstDay + 1 }, (_, n) => firstDay + n);
  const weights: number[] = [];
  let fixedCount = 0;
  for (const day of days) {
    const plan = planOf(day);
    fixedCount += plan.fixed.length + (planted.get(day)?.length ?? 0);
    weights.push(plan.weight * openShare(day, startMs, endMs));
  }
  if (fixedCount > count) throw new Error(`the plan alone has ${fixedCount} events: ask for at least as many`);
  const fills = shareOut(count - fixedCount, weights);

  const records = createRecords();
  let waiting: Act[] = []; // what a day's people and sources send after its midnight
  for (const [n, day] of days.entries()) {
    const plan = planOf(day);
    const chance = createPrng(`fill\n${day - lastDay}`);
    const acts = [...waiting, ...(planted.get(day) ?? []), ...plan.fixed];
    for (let left = fills[n] as number; left > 0; ) {
      const act = plan.fill(chance);
      if (!within(act)) continue;
      acts.push(act);
      left--;
    }
    acts.sort((a, b) => a.at + lagOf(a) - (b.at + lagOf(b)) || a.at - b.at);
    const midnight = day === lastDay ? Number.POSITIVE_INFINITY : atLocal(day + 1, 0);
    const arrived = acts.findIndex((act) => act.at + lagOf(act) >= midnight);
    waiting = arrived === -1 ? [] : acts.splice(arrived);

    const world: World = { rng: createPrng(`deeds\n${day - lastDay}`), records, day };
    for (const [i, act] of acts.entries()) {
      yield { arrivesAtMs: act.at + lagOf(act), draft: draftOf(act, world, act.key ?? `${day - lastDay}/${i}`) };
    }
  }
}

/** A source sends what happened within three seconds, unless the story says otherwise. The lag follows from the time alone, so that order is stable. */
const lagOf = (act: Act): number => act.lagMs ?? 400 + ((Math.floor(act.at) * 7919) % 2600);

/** Takes the image gateway's ordinary events out of the hours in which it is silent. */
function hush(acts: Act[], day: number, lastDay: number): Act[] {
  const silence = incidents.find((one) => one.key === 'silence');
  if (!silence || day !== lastDay - silence.daysBack) return acts;
  const hole = silence.acts(day);
  const from = (hole[0] as Act).at;
  const to = (hole.at(-1) as Act).at;
  return acts.filter((act) => sourceOf(act.seat) !== 'pacs-gateway' || act.at < from - 60_000 || act.at > to);
}

/** The share of a local day that lies within the twelve months. */
function openShare(day: number, startMs: number, endMs: number): number {
  const from = day * 86_400_000;
  const open = Math.min(from + 86_400_000, endMs + 5_400_000) - Math.max(from, startMs + 5_400_000);
  return Math.max(0.02, open / 86_400_000);
}

/** Whole numbers in the proportion of the weights that add up to `total` (largest remainders first, then the earlier day). */
export function shareOut(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const shares = exact.map(Math.floor);
  const missing = total - shares.reduce((a, b) => a + b, 0);
  const byRemainder = exact.map((share, n) => [share - Math.floor(share), n] as const).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  for (const [, n] of byRemainder.slice(0, missing)) shares[n] = (shares[n] as number) + 1;
  return shares;
}

function draftOf(act: Act, world: World, key: string): DemoDraft {
  const { seat } = act;
  const deed = act.deed(world);
  const ip = seat.ip ?? seat.who.ip;
  const userAgent = seat.userAgent === undefined ? seat.who.userAgent : seat.userAgent;
  return {
    id: demoId(key),
    occurred_at: microseconds(act.at, world.rng),
    actor_type: seat.actorId === undefined ? seat.who.type : 'user',
    actor_id: seat.actorId ?? seat.who.id,
    action: deed.action,
    resource_type: deed.resource?.[0] ?? 'session',
    resource_id: deed.resource?.[1] ?? seat.session ?? '',
    outcome: deed.outcome ?? 'success',
    details: deed.details ?? {},
    ...(seat.who.type === 'system' ? {} : { ip_address: ip }),
    ...(userAgent ? { user_agent: userAgent } : {}),
    request_id: `req-${world.rng.hex(12)}`,
    ...(seat.session ? { session_id: seat.session } : {}),
    source: sourceFor(seat, deed.action),
  };
}

const sourceFor = (seat: Seat, action: string) => (action.startsWith('auth.') && !seat.source && 'team' in seat.who ? 'idp' : sourceOf(seat));

function microseconds(ms: number, rng: Prng): string {
  return `${new Date(Math.floor(ms)).toISOString().slice(0, 23)}${String(rng.int(1000)).padStart(3, '0')}Z`;
}
