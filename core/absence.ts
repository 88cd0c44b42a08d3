/**
 * SPEC §11, lawful absence. Rows may be missing where the acts `partition.archived` cover them whole (count = the range), and stubs may stand for rows where an act
 * `events.disposed` covers them, no more than it counts. An act counts when a given key signed it, it lies behind its own range and below a signed size.
 *
 *   rows     0 1 ░ ░ ░ 5 6 A …        A: partition.archived {from_seq 2, to_seq 5, count 3}
 *
 * Acts come behind what they excuse: gaps and stubs are held until the end. Anything else is HEAD_CUT (at 0, and for stubs), or SEQ_GAP.
 */
import type { Finding } from './finding';
import type { JsonObject } from './json';

type Run = { from: number; to: number; lastGood: number | null };
type Act = { seq: number; from: number; to: number; count: number };

export class Absence {
  private readonly gaps: Run[] = [];
  private readonly stubs: Run[] = [];
  private readonly archived: Act[] = [];
  private readonly disposed: Act[] = [];

  gap(from: number, to: number, lastGood: number | null): void {
    this.gaps.push({ from, to, lastGood });
  }

  stub(seq: number, lastGood: number | null): void {
    const last = this.stubs.at(-1);
    if (last?.to === seq) last.to++;
    else this.stubs.push({ from: seq, to: seq + 1, lastGood });
  }

  /** An act whose signature holds. */
  act(seq: number, action: string, details: JsonObject): void {
    const { from_seq: from, to_seq: to, count } = details;
    if (!isCount(from) || !isCount(to) || !isCount(count) || from >= to || seq < to) return;
    if (action === 'partition.archived' && count === to - from) this.archived.push({ seq, from, to, count });
    if (action === 'events.disposed') this.disposed.push({ seq, from, to, count });
  }

  /** `signed`: the largest signed size. */
  judge(signed: number): { findings: Finding[]; lawfullyAbsent: number; disposed: number } {
    const findings: Finding[] = [];
    let [lawfullyAbsent, disposed] = [0, 0];
    const archived = this.archived.filter(({ seq }) => seq < signed).sort((a, b) => a.from - b.from);
    for (const { from, to, lastGood } of this.gaps) {
      if (isCovered(from, to, archived)) lawfullyAbsent += to - from;
      else findings.push({ code: from === 0 ? 'HEAD_CUT' : 'SEQ_GAP', seq: from, expected: String(from), found: String(to), lastGood });
    }
    const left = this.disposed.filter(({ seq }) => seq < signed).sort((a, b) => a.from - b.from);
    for (const { from, to, lastGood } of this.stubs) {
      let at = from;
      for (let act = nextAct(left, at); at < to && act !== undefined; act = nextAct(left, at)) {
        const taken = Math.min(to - at, act.to - at, act.count);
        act.count -= taken;
        at += taken;
      }
      disposed += at - from;
      if (at < to) findings.push({ code: 'HEAD_CUT', seq: at, expected: null, found: 'stub', lastGood });
    }
    return { findings, lawfullyAbsent, disposed };
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const nextAct = (acts: Act[], at: number) => acts.find((act) => act.from <= at && at < act.to && act.count > 0);

function isCovered(from: number, to: number, acts: readonly Act[]): boolean {
  let at = from;
  for (const act of acts) if (act.from <= at && at < act.to) at = act.to;
  return at >= to;
}
