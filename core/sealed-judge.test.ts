import { expect, test } from 'vitest';
import type { Finding } from './finding';
import { type JsonObject, newObject } from './json';
import { commitmentOf, disclosureOf } from './sealed';
import { SealedJudge } from './sealed-judge';
import { prng } from './test/prng';

const POINTER = '/details/a';
const disclosure = (seq: number) => disclosureOf(Buffer.alloc(16, seq % 256), POINTER, seq);
const mapOf = (seq: number) => Object.assign(newObject(), { [POINTER]: commitmentOf(disclosure(seq)) }) as JsonObject;

type Case = { seq: number; event: 'sealed' | 'plain' | 'unknown'; value: 'good' | 'other' | 'none'; isErased: boolean };

function due({ seq, event, value, isErased }: Case): string[] {
  if (event === 'unknown') return [];
  if (event === 'plain') return value === 'none' ? [] : [`DISCLOSURE_MISMATCH ${seq}`];
  if (value === 'none') return isErased ? [] : [`ERASURE_UNLOGGED ${seq}`];
  return value === 'good' ? [] : [`DISCLOSURE_MISMATCH ${seq}`];
}

test('whatever stands on either side, however it comes in, each value is judged once', () => {
  const random = prng(11);
  const pick = <T>(...values: T[]) => values[Math.floor(random() * values.length)] as T;
  for (let round = 0; round < 200; round++) {
    const cases: Case[] = Array.from({ length: 30 }, (_, seq) => ({
      seq,
      event: pick('sealed', 'sealed', 'plain', 'unknown'),
      value: pick('good', 'good', 'other', 'none'),
      isErased: random() < 0.5,
    }));
    const areActsKnown = random() < 0.5;
    const isEarly = random() < 0.5;
    const found: Finding[] = [];
    const judge = new SealedJudge((finding) => found.push(finding), areActsKnown);
    const acts = () => {
      for (const { seq, isErased } of cases) if (isErased) judge.act(100 + seq, 'value.erased', Object.assign(newObject(), { seq, pointer: POINTER }));
    };
    const value = ({ seq, value: kind }: Case) =>
      kind !== 'none' && judge.value({ seq, pointer: POINTER, disclosure: disclosure(kind === 'good' ? seq : seq + 1) });
    if (areActsKnown) acts();
    if (isEarly) for (const one of cases) value(one);
    for (const one of cases) {
      if (one.event === 'sealed') judge.event(one.seq, mapOf(one.seq));
      if (one.event === 'unknown') judge.unknown(one.seq, one.seq + 1);
      if (!isEarly) value(one);
      if (random() < 0.3) judge.settle(one.seq + 1);
    }
    if (!areActsKnown) acts();
    judge.finish(30, true, true);
    expect(found.map(({ code, seq }) => `${code} ${seq}`).sort()).toEqual(cases.flatMap(due).sort());
    expect(judge.counts.sealed).toBe(cases.filter(({ event, value: kind }) => event === 'sealed' && kind === 'good').length);
    expect(judge.counts.erased).toBe(cases.filter(({ event, value: kind, isErased }) => event === 'sealed' && kind === 'none' && isErased).length);
    expect(found.every((finding) => !JSON.stringify(finding).includes(disclosure(1)))).toBe(true);
  }
});

test('of two values for one place the one that opens the commitment counts, and the other is found, whichever comes first; so is the same one twice', () => {
  const [good, other, another] = [disclosure(5), disclosure(6), disclosure(7)];
  const found = (...disclosures: string[]) => {
    const findings: Finding[] = [];
    const judge = new SealedJudge((finding) => findings.push(finding), true);
    judge.event(5, mapOf(5));
    for (const one of disclosures) judge.value({ seq: 5, pointer: POINTER, disclosure: one });
    judge.finish(6, true, true);
    return { sealed: judge.counts.sealed, findings: findings.map(({ code, seq, found }) => `${code} ${seq} ${found}`).sort() };
  };
  const mismatch = (...disclosures: string[]) => disclosures.map((one) => `DISCLOSURE_MISMATCH 5 ${POINTER} ${commitmentOf(one)}`).sort();
  expect(found(good)).toEqual({ sealed: 1, findings: [] });
  expect(found(good, other)).toEqual({ sealed: 1, findings: mismatch(other) });
  expect(found(other, good)).toEqual({ sealed: 1, findings: mismatch(other) });
  expect(found(other, good, another)).toEqual({ sealed: 1, findings: mismatch(other, another) });
  expect(found(other, another)).toEqual({ sealed: 0, findings: mismatch(other, another) });
  expect(found(good, good)).toEqual({ sealed: 1, findings: mismatch(good) });
});

test('an act that came before its event excuses nothing, values behind the end have no event, and missing stretches are nobody’s', () => {
  for (const areActsKnown of [true, false]) {
    const found: Finding[] = [];
    const judge = new SealedJudge((finding) => found.push(finding), areActsKnown);
    judge.act(3, 'value.erased', Object.assign(newObject(), { seq: 5, pointer: POINTER }));
    judge.unknown(0, 5);
    for (const seq of [1, 4]) judge.value({ seq, pointer: POINTER, disclosure: disclosure(seq) });
    if (areActsKnown) judge.settle(3);
    judge.event(5, mapOf(5));
    judge.value({ seq: 9, pointer: POINTER, disclosure: disclosure(9) });
    judge.finish(6, true, true);
    expect(found.map(({ code, seq }) => `${code} ${seq}`).sort()).toEqual(['DISCLOSURE_MISMATCH 9', 'ERASURE_UNLOGGED 5']);
  }
});
