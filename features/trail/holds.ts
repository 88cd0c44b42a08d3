// Why a trail takes no event, where no refusal of the signer says so: for the screens of this process and its sealer, in all its bundles. The one door judges each append by
// itself and never reads it.
import type { TrailId } from '@/db/scope';
import { whyRefused } from './why-refused';

type Hold = { since: string; reason: string };
type Holds = { asked: Set<TrailId>; noted: Map<string, Hold> };
const shared = globalThis as { indelibleHolds?: Holds };

function holds(): Holds {
  shared.indelibleHolds ??= { asked: new Set(), noted: new Map() };
  return shared.indelibleHolds;
}

/** An append was refused: the sealer is to look why, also where nothing waits for it. */
export const askSealer = (trailId: TrailId): void => void holds().asked.add(trailId);

export const isSealerAsked = (trailId: TrailId): boolean => holds().asked.has(trailId);

export const answerSealer = (trailId: TrailId): void => void holds().asked.delete(trailId);

/** What the sealer found that stops appends and no seal: the clocks, a month that was detached; or null. The same again stands since it stood first. */
export function noteHold(origin: string, refused: Hold | null): void {
  const { noted } = holds();
  if (refused === null) noted.delete(origin);
  else noted.set(origin, { ...refused, since: noted.get(origin)?.since ?? refused.since });
}

/** Why nothing is appended to a trail, for people: the signer's refusal, the clocks, or a month. */
export function readHold(origin: string): Hold | null {
  const found = whyRefused(origin) ?? holds().noted.get(origin);
  return found ? { since: found.since, reason: found.reason } : null; // and not what was known: it goes to browsers
}
