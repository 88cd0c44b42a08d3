import { hash } from 'node:crypto';
import type { Machine, Person } from './company';
import type { Prng } from './prng';
import type { Records } from './records';

/** A draft in the field names of SPEC §2, as a source would send it. */
export type DemoDraft = {
  id: string;
  occurred_at: string;
  actor_type: 'user' | 'service' | 'system' | 'admin';
  actor_id: string;
  action: string;
  resource_type: string;
  resource_id: string;
  outcome: 'success' | 'failure' | 'denied';
  details: Record<string, unknown>;
  ip_address?: string;
  user_agent?: string;
  request_id?: string;
  session_id?: string;
  source: string;
};

/** What happened, without when, who and id. */
export type Deed = {
  action: string;
  resource?: readonly [type: string, id: string];
  outcome?: DemoDraft['outcome'];
  details?: Record<string, unknown>;
};

/** The person or machine at work, from which address and in which session. */
export type Seat = { who: Person | Machine; actorId?: string; ip?: string; userAgent?: string | null; session?: string; source?: string };

/** Chance of the day and the state of all records; a deed is made in the order in which things happened, so that "before" is the last "after". */
export type World = { rng: Prng; records: Records; day: number };

/** One thing that will happen: `at` in ms UTC; `lagMs` until the source sent it (else a few seconds); `key` names an event of an incident. */
export type Act = { at: number; seat: Seat; deed: (world: World) => Deed; lagMs?: number; key?: string };

const teamSource: Record<string, string> = { billing: 'payments-api', support: 'payments-api', admins: 'infra' };
export const sourceOf = (seat: Seat): string => seat.source ?? ('source' in seat.who ? seat.who.source : (teamSource[seat.who.team] ?? 'clinic-app'));

/** UUIDv8 of SHA-256("indelible-demo/v1\n" + key + "\n"): an incident's events have the same ids in every demo. */
export function demoId(key: string): string {
  const hex = hash('sha256', `indelible-demo/v1\n${key}\n`, 'hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}
