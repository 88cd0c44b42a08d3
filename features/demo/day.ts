import { adminDeeds } from './administration';
import { machines, type Person, people, teamOf } from './company';
import { authorisePayment, bookOnline, capturePayment, deedsOf } from './deeds';
import type { Act, Seat } from './event';
import { atLocal, dateText, isoWeekday } from './local-time';
import { machineActs } from './machine-work';
import type { Prng } from './prng';

type Shift = { seat: Seat; from: number; to: number };
/** `fixed` happens whatever the size of the demo; `fill(rng)` gives one more ordinary act of the day. `weight` is the day's share of those. */
export type DayPlan = { fixed: Act[]; fill: (rng: Prng) => Act; weight: number };

const holidays = new Set(['12-24', '12-25', '12-26', '12-31', '01-01', '05-01', '10-03']);
const isQuiet = (day: number) => holidays.has(dateText(day).slice(5));

/** Monday is the fullest day of a clinic, Saturday a morning, Sunday an emergency room; and the company grew by a third over the year. */
function weightOf(day: number, share: number, rng: Prng): number {
  const byWeekday = [1.12, 1.04, 1, 1.03, 0.9, 0.26, 0.13][isoWeekday(day) - 1] as number;
  return (isQuiet(day) ? 0.12 : byWeekday) * (0.86 + 0.3 * share) * (0.93 + 0.14 * rng.next());
}

function onShift(one: Person, day: number, rng: Prng): boolean {
  const weekday = isoWeekday(day);
  if (isQuiet(day) || weekday === 7) return rng.chance(one.team === 'doctors' || one.team === 'nurses' ? 0.16 : one.team === 'support' ? 0.25 : 0.02);
  if (weekday === 6)
    return rng.chance(one.team === 'reception' || one.team === 'nurses' ? 0.4 : one.team === 'doctors' || one.team === 'support' ? 0.25 : 0.04);
  return rng.chance(0.84);
}

/** Two peaks around a lunch, as minutes after midnight. */
function clinicMinute(rng: Prng, from: number, to: number): number {
  for (let tries = 0; tries < 6; tries++) {
    const minute = from + rng.next() * (to - from);
    const hour = minute / 60;
    const height = 0.25 + Math.exp(-((hour - 10) ** 2) / 3.2) + 0.85 * Math.exp(-((hour - 14.6) ** 2) / 4);
    if (rng.next() * 1.35 < height) return minute;
  }
  return from + rng.next() * (to - from);
}

/** Cards are used at all hours, most in the evening. */
const paymentHours = [6, 3, 2, 1, 1, 2, 6, 14, 26, 34, 38, 42, 46, 40, 36, 38, 44, 54, 60, 58, 48, 36, 24, 12].map((weight, hour) => [hour, weight] as const);

const loginFailed = { action: 'auth.login', outcome: 'failure' as const, details: { known_user: true, method: 'password', reason: 'wrong_password' } };

function signIn(shift: Shift, at: (minutes: number) => number, rng: Prng): Act[] {
  const { seat, from, to } = shift;
  const acts: Act[] = [];
  const typos = rng.chance(0.045) ? rng.between(1, 3) : 0;
  for (let n = typos; n > 0; n--) acts.push({ at: at(from - n * 0.4 - rng.next() * 0.1), seat: { ...seat, session: undefined }, deed: () => loginFailed });
  acts.push({
    at: at(from),
    seat,
    deed: () => ({ action: 'auth.login', details: { method: 'password', mfa: seat.who.type === 'admin' || 'team' in seat.who } }),
  });
  if (rng.chance(0.7)) acts.push({ at: at(to + rng.next() * 5), seat, deed: () => ({ action: 'auth.logout' }) });
  return acts;
}

/** Who works on a local day, what the machines do, and how to draw one more ordinary act. `share` is how far the year has gone, 0 … 1. */
export function planDay(day: number, share: number, rng: Prng): DayPlan {
  const at = (minutes: number) => atLocal(day, minutes);
  const fixed = machineActs(day, rng, at);
  const shifts: Shift[] = [];
  const admins: Shift[] = [];

  for (const who of people) {
    if (!onShift(who, day, rng)) continue;
    const start = who.team === 'admins' ? rng.between(488, 545) : who.team === 'support' && rng.chance(0.4) ? rng.between(780, 840) : rng.between(400, 500);
    const shift = {
      seat: { who, session: `s-${rng.hex(8)}` },
      from: start,
      to: start + (who.team === 'admins' ? rng.between(440, 530) : rng.between(420, 560)),
    };
    (who.team === 'admins' ? admins : shifts).push(shift);
    fixed.push(...signIn(shift, at, rng));
  }

  const adminActs = isoWeekday(day) > 5 || isQuiet(day) ? rng.int(3) : rng.between(15, 27);
  for (let n = 0; n < adminActs && admins.length > 0; n++) {
    const shift = rng.pick(admins);
    fixed.push({ at: at(shift.from + 6 + rng.next() * (shift.to - shift.from - 8)), seat: shift.seat, deed: rng.weighted(adminDeeds) });
  }
  // on call: seldom, at night, and mostly for a reason that has a ticket
  if (rng.chance(0.1)) {
    const who = rng.pick(teamOf('admins'));
    const start = rng.pick([rng.between(60, 380), rng.between(1150, 1400)]);
    const seat = { who, ip: `192.0.2.${rng.between(20, 40)}`, session: `s-${rng.hex(8)}` };
    fixed.push({ at: at(start), seat, deed: () => ({ action: 'auth.login', details: { method: 'password', mfa: true } }) });
    for (let n = rng.between(1, 3); n > 0; n--) fixed.push({ at: at(start + n * 4 + rng.next()), seat, deed: rng.weighted(adminDeeds) });
  }
  // the day before is reviewed and signed; a few days are late, and one in forty is forgotten
  const reviewer = rng.pick(teamOf('compliance'));
  const delay = rng.weighted([
    [rng.between(500, 640), 90],
    [rng.between(1990, 3000), 8],
    [-1, 2.5],
  ] as const);
  if (delay > 0)
    fixed.push({
      at: at(delay),
      seat: { who: reviewer },
      deed: () => ({ action: 'review.signoff', resource: ['review', `daily/${dateText(day - 1)}`], details: { review_day: dateText(day - 1), open_hits: 0 } }),
    });

  return {
    fixed,
    weight: weightOf(day, share, rng),
    fill(chance) {
      const kind = shifts.length === 0 ? 0 : chance.next();
      if (kind < 0.16)
        return {
          at: at(chance.weighted(paymentHours) * 60 + chance.next() * 60),
          seat: { who: machines.paymentsApi },
          deed: chance.chance(0.72) ? authorisePayment : capturePayment,
        };
      if (kind < 0.19) return { at: at(360 + chance.next() * 1060), seat: { who: machines.bookingWeb }, deed: bookOnline };
      const shift = chance.pick(shifts);
      const team = (shift.seat.who as Person).team as keyof typeof deedsOf;
      return { at: at(clinicMinute(chance, shift.from + 2, shift.to)), seat: shift.seat, deed: chance.weighted(deedsOf[team]) };
    },
  };
}
