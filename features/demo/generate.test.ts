import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { demoId } from './event';
import { type Arrival, demoEvents, generateDemo, shareOut, twelveMonthsAfter } from './generate';
import { incidents } from './incidents';

const startMs = Date.UTC(2025, 10, 25, 9, 30, 0);
const endMs = twelveMonthsAfter(startMs);

function digestOf(arrivals: readonly Arrival[]): string {
  return hash('sha256', arrivals.map((one) => `${one.arrivesAtMs} ${JSON.stringify(one.draft)}\n`).join(''));
}

describe('the demo company', () => {
  const all = [...generateDemo({ startMs, endMs })];

  it('has exactly as many events as it says, in the order of their arrival, all within the twelve months', () => {
    expect(all).toHaveLength(demoEvents);
    for (let n = 1; n < all.length; n++) {
      if ((all[n] as Arrival).arrivesAtMs < (all[n - 1] as Arrival).arrivesAtMs) throw new Error(`event ${n} arrives before the one before it`);
    }
    const occurred = all.map((one) => one.draft.occurred_at).sort();
    expect((occurred[0] as string) >= new Date(startMs).toISOString()).toBe(true);
    expect((occurred.at(-1) as string) < new Date(endMs).toISOString()).toBe(true);
    for (const { arrivesAtMs, draft } of all) expect(arrivesAtMs - Date.parse(draft.occurred_at)).toBeGreaterThan(0);
  });

  it('comes out the same to the byte from the same arguments, and not from others', () => {
    const again: Arrival[] = [];
    for (const arrival of generateDemo({ startMs, endMs })) if (again.push(arrival) === 30_000) break;
    expect(digestOf(again)).toBe(digestOf(all.slice(0, 30_000)));
    const others: Arrival[] = [];
    for (const arrival of generateDemo({ startMs, endMs: endMs - 86_400_000 })) if (others.push(arrival) === 1000) break;
    expect(digestOf(others)).not.toBe(digestOf(all.slice(0, 1000)));
  });

  it('gives each event an id of its own, a UUID of version 8', () => {
    const ids = new Set(all.map((one) => one.draft.id));
    expect(ids.size).toBe(all.length);
    for (const id of ids) if (!/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)) throw new Error(id);
  });

  it('is a company at work: weekdays full, Sundays quiet, nights for machines', () => {
    const perWeekday = new Map<number, number>();
    let peopleAtNight = 0;
    let people = 0;
    for (const { draft } of all) {
      const at = new Date(draft.occurred_at);
      perWeekday.set(at.getUTCDay(), (perWeekday.get(at.getUTCDay()) ?? 0) + 1);
      if (draft.actor_type !== 'user') continue;
      people++;
      if (at.getUTCHours() < 4) peopleAtNight++;
    }
    expect((perWeekday.get(1) as number) / (perWeekday.get(0) as number)).toBeGreaterThan(3);
    expect(peopleAtNight / people).toBeLessThan(0.01);
  });

  it('has about sixty people and services and some fifty actions, reads as well as changes, few failures', () => {
    const actors = new Set(all.map((one) => one.draft.actor_id));
    const actions = new Set(all.map((one) => one.draft.action));
    const failed = all.filter((one) => one.draft.outcome !== 'success').length;
    expect(actors.size).toBeGreaterThan(55);
    expect(actors.size).toBeLessThan(75);
    expect(actions.size).toBeGreaterThan(40);
    expect(failed / all.length).toBeLessThan(0.03);
    expect(failed).toBeGreaterThan(500);
  });

  it('tells one story a record: what a change calls old is what the change before called new', () => {
    const held = new Map<string, unknown>();
    let followed = 0;
    for (const { draft } of all) {
      if (!/^(patient|merchant|appointment|prescription)\.update$/.test(draft.action)) continue;
      for (const [field, { old, new: now }] of Object.entries(draft.details.changes as Record<string, { old: unknown; new: unknown }>)) {
        const key = `${draft.resource_type}/${draft.resource_id}/${field}`;
        if (held.has(key)) {
          expect(old).toBe(held.get(key));
          followed++;
        }
        expect(now).not.toBe(old);
        held.set(key, now);
      }
    }
    expect(followed).toBeGreaterThan(500);
  });

  it('uses documentation and private addresses only', () => {
    for (const { draft } of all) {
      if (draft.ip_address === undefined) continue;
      if (!/^(10\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8:)/.test(draft.ip_address)) throw new Error(draft.ip_address);
    }
  });

  it('names nothing that only the product may name', () => {
    const reserved =
      /^(trail\.|clock\.|id\.conflict|key\.(certified|rotated|compromised)|checkpoint\.|import\.sealed|verification\.|event\.rejected|source\.|capture\.|value\.|sample\.|bundle\.created|events\.disposed|partition\.)/;
    for (const { draft } of all) if (reserved.test(draft.action)) throw new Error(draft.action);
    const members = ['ip_raw', 'user_agent_cut', 'source_id', 'legacy', 'occurred_raw', 'changed_at_import', 'act'];
    for (const { draft } of all) for (const name of members) if (name in draft.details) throw new Error(`${draft.action} has ${name}`);
  });

  it('holds every planted incident, whose events have the same ids whenever the twelve months end', () => {
    const elsewhere = [...generateDemo({ startMs: Date.UTC(2024, 1, 29, 22, 0, 0), endMs: twelveMonthsAfter(Date.UTC(2024, 1, 29, 22, 0, 0)) })];
    const ids = new Set(all.map((one) => one.draft.id));
    const idsElsewhere = new Set(elsewhere.map((one) => one.draft.id));
    for (const incident of incidents) {
      const acts = incident.acts(20_000);
      expect(acts.length, incident.key).toBeGreaterThan(2);
      for (const act of acts) expect(act.key?.startsWith(`${incident.key}/`)).toBe(true);
    }
    const planted = incidents.flatMap((one) => one.acts(20_000).map((act) => act.key as string));
    expect(new Set(planted).size).toBe(planted.length);
    expect(planted.filter((key) => !ids.has(demoId(key)))).toEqual([]);
    expect(planted.filter((key) => !idsElsewhere.has(demoId(key)))).toEqual([]);
  });

  it('keeps the image gateway silent for six hours and then sends the backlog late', () => {
    const late = all.filter((one) => one.draft.resource_id.startsWith('img-late-'));
    expect(late).toHaveLength(45);
    expect((late[0] as Arrival).arrivesAtMs - Date.parse((late[0] as Arrival).draft.occurred_at)).toBeGreaterThan(6 * 3_600_000);
    const arrivals = all.filter((one) => one.draft.source === 'pacs-gateway').map((one) => one.arrivesAtMs);
    const before = arrivals.filter((at) => at < (late[0] as Arrival).arrivesAtMs).at(-1) as number;
    expect((late[0] as Arrival).arrivesAtMs - before).toBeGreaterThan(6 * 3_600_000);
  });
});

describe('the twelve months', () => {
  it('end on the same day of the month, or the last there is', () => {
    expect(new Date(twelveMonthsAfter(Date.UTC(2025, 10, 25, 9))).toISOString()).toBe('2026-11-25T09:00:00.000Z');
    expect(new Date(twelveMonthsAfter(Date.UTC(2024, 1, 29, 9))).toISOString()).toBe('2025-02-28T09:00:00.000Z');
  });

  it('are shared out in whole events that add up', () => {
    expect(shareOut(10, [1, 1, 1])).toEqual([4, 3, 3]);
    expect(shareOut(7, [5, 0.1, 2])).toEqual([5, 0, 2]);
  });
});
