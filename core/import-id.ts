/** SPEC §2 and §3: ids for what has none, the same at every import of the same record. */
import { sha256 } from './sha256';
import { uuidV8 } from './uuid';

/** The id of an event whose record has no UUID: by format and source key (`api` for drafts from no importer). */
export const importId = (format: string, sourceKey: string): string => uuidV8(`audit-import/v1\n${format}\n${sourceKey}\n`);

/** The id an event is taken under when another source has used its own. */
export const conflictId = (source: string, usedId: string): string => uuidV8(`audit-source/v1\n${source}\n${usedId}\n`);

/**
 * Keys of the lines of one plain log file, in order: occurred_at + "\n" + line + "\n" + count of identical lines of the same time stamp before it, counted over
 * the last hour of the file's time stamps (exactly one hour included), so that memory stays bounded.
 */
export class LineKeys {
  #newest = '';
  #horizon = '';
  // time stamp → line's digest → how many so far; in the order the time stamps were first met, which in a log is close to ascending
  readonly #counts = new Map<string, Map<string, number>>();

  /** How many time stamps are remembered. */
  get size(): number {
    return this.#counts.size;
  }

  /** One key per event that the line stands for; the k-th further event has "\n" + k behind it. `occurredAt` is the 27-character form. */
  take(occurredAt: string, line: string, events = 1): string[] {
    if (occurredAt > this.#newest) this.#advance(occurredAt);
    const key = `${occurredAt}\n${line}\n${this.#count(occurredAt, line)}`;
    return Array.from({ length: events }, (_, k) => (k === 0 ? key : `${key}\n${k}`));
  }

  #count(occurredAt: string, line: string): number {
    if (occurredAt < this.#horizon) return 0;
    let lines = this.#counts.get(occurredAt);
    if (lines === undefined) {
      lines = new Map();
      this.#counts.set(occurredAt, lines);
    }
    const digest = sha256(line).toString('latin1', 0, 16); // an hour of digests fits where an hour of lines would not
    const before = lines.get(digest) ?? 0;
    lines.set(digest, before + 1);
    return before;
  }

  #advance(occurredAt: string): void {
    this.#newest = occurredAt;
    this.#horizon = new Date(Date.parse(`${occurredAt.slice(0, 19)}Z`) - 3_600_000).toISOString().slice(0, 19) + occurredAt.slice(19);
    for (const time of this.#counts.keys()) {
      if (time >= this.#horizon) break; // what stands behind a younger one goes a little later: #count does not look at it
      this.#counts.delete(time);
    }
  }
}
