import { expect, it } from 'vitest';
import { type ClockState, judgeClock } from './clock';
import vectors from './testdata/spec-v1.json' with { type: 'json' };

type Step = { db: string; app: string; drafts: number; injected?: string; recorded_at?: string[]; before?: object[]; error?: string };
type Case = { name: string; synthetic: boolean; last: string | null; steps: Step[] };

it.each(vectors.recorded_at as Case[])('$name', ({ synthetic, last, steps }) => {
  let state: ClockState = { last, isBehind: false, isApart: false };
  for (const { db, app, injected, drafts, ...due } of steps) {
    const verdict = judgeClock(state, { db, app, injected }, synthetic);
    if (due.error) {
      expect(verdict).toEqual({ ok: false, code: due.error });
      continue;
    }
    if (!verdict.ok) throw new Error(verdict.code);
    expect(verdict.before).toEqual(due.before ?? []);
    expect(Array(verdict.before.length + drafts).fill(verdict.recordedAt)).toEqual(due.recorded_at);
    state = verdict.state;
  }
});
