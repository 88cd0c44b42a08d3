import { createPrng, type Prng } from './prng';

type Value = string | number | boolean;
type Fields = Record<string, readonly Value[]>;
export type Changes = Record<string, { old: Value; new: Value }>;

/** The fields that change over a record's life and what they may hold: invented, and no field says anything about a real person. */
const kinds = {
  patient: {
    ward: ['north', 'south', 'east', 'day clinic', 'none'],
    care_plan: ['A', 'B', 'C', 'D'],
    insurer_plan: ['basic', 'plus', 'private', 'self-pay'],
    allergy_flag: [true, false],
    contact_consent: [true, false],
  },
  appointment: {
    status: ['booked', 'confirmed', 'moved', 'arrived', 'done', 'cancelled'],
    room: ['1.01', '1.02', '1.07', '2.03', '2.11', '3.04'],
    slot: ['08:00', '09:30', '10:15', '11:00', '13:45', '15:30'],
  },
  prescription: { dose: ['5 mg', '10 mg', '20 mg', '40 mg'], repeats: [0, 1, 2, 3, 6], signed: [true, false] },
  merchant: {
    payout_schedule: ['daily', 'weekly', 'monthly'],
    risk_tier: ['low', 'standard', 'raised'],
    statement_name: ['MARLOW*CLINIC', 'MARLOW*DENTAL', 'MARLOW*LAB', 'MARLOW*SHOP'],
    webhook_secret: ['whs-demo-1', 'whs-demo-2', 'whs-demo-3', 'whs-demo-4'],
  },
  config: { session_idle_minutes: [10, 15, 20, 30], lockout_after: [5, 8, 10], export_limit: [500, 1000, 5000], maintenance_mode: [true, false] },
  firewall_rule: { allow_from: ['10.20.0.0/16', '10.30.0.0/24', '192.0.2.0/24'], port: [443, 5432, 8443, 11112], enabled: [true, false] },
  retention_policy: { keep_days: [400, 730, 2555, 3650] },
} satisfies Record<string, Fields>;

export type Kind = keyof typeof kinds;
export type Records = { change(kind: Kind, id: string, rng: Prng, only?: string): Changes };

/** Remembers what each record holds, so that one event's "old" is the event before's "new". A record never seen starts from its id alone. */
export function createRecords(): Records {
  const held = new Map<string, Record<string, Value>>();

  function start(kind: Kind, id: string): Record<string, Value> {
    const rng = createPrng(`record\n${kind}\n${id}`);
    return Object.fromEntries(Object.entries(kinds[kind] as Fields).map(([name, values]) => [name, rng.pick(values)]));
  }

  return {
    change(kind, id, rng, only) {
      const key = `${kind}/${id}`;
      const now = held.get(key) ?? start(kind, id);
      const names = only ? [only] : rng.chance(0.3) ? [rng.pick(Object.keys(now)), rng.pick(Object.keys(now))] : [rng.pick(Object.keys(now))];
      const changes: Changes = {};
      for (const name of new Set(names)) {
        const old = now[name] as Value;
        const next = rng.pick(((kinds[kind] as Fields)[name] as readonly Value[]).filter((value) => value !== old));
        changes[name] = { old, new: next };
        now[name] = next;
      }
      held.set(key, now);
      return changes;
    },
  };
}

const numbered = (prefix: string, n: number, digits: number) => `${prefix}${String(n + 1).padStart(digits, '0')}`;

/** Few records are asked for often, most seldom (the exponent makes the first tenth of them a third of all touches). */
const often = (rng: Prng, count: number) => Math.floor(count * rng.next() ** 2.1);

export const anyPatient = (rng: Prng) => numbered('pat-', often(rng, 4200), 5);
export const anyMerchant = (rng: Prng) => `M-${2200 + often(rng, 90)}`;
export const anyPayment = (rng: Prng) => `pay_${rng.hex(10)}`;
export const anyAppointment = (rng: Prng) => numbered('apt-', often(rng, 9000), 6);
export const anyPrescription = (rng: Prng) => numbered('rx-', often(rng, 5200), 6);
export const anyReport = (rng: Prng) => numbered('lab-', often(rng, 6400), 6);
export const anyStudy = (rng: Prng) => numbered('img-', often(rng, 2600), 6);
