import { createHash } from 'node:crypto';

const HOUR_SECONDS = 3600;

/**
 * Counts identical lines of the same time stamp, so that lines a source wrote twice are two events and the same file read twice is none (SPEC §2, key of a plain
 * log line). Looks back one hour of the file's time stamps, exactly one hour included, so that memory stays bounded.
 */
export class LineCounter {
  /** stamp → digest of a line → how often it came */
  #seen = new Map<string, Map<string, number>>();
  #newest = '';

  /**
   * @param occurredAt the 27-character time of the line
   * @returns how many identical lines of this stamp came before it
   */
  next(occurredAt: string, line: string): number {
    if (occurredAt > this.#newest) {
      this.#newest = occurredAt;
      this.#forget();
    }
    if (isOlderThanHour(occurredAt, this.#newest)) return 0;
    let lines = this.#seen.get(occurredAt);
    if (!lines) {
      lines = new Map();
      this.#seen.set(occurredAt, lines);
    }
    const digest = createHash('sha256').update(line).digest().toString('latin1', 0, 16);
    const before = lines.get(digest) ?? 0;
    lines.set(digest, before + 1);
    return before;
  }

  /** How many time stamps are remembered. */
  get stamps(): number {
    return this.#seen.size;
  }

  /** The newest time stamp so far, '' before the first. */
  get newest(): string {
    return this.#newest;
  }

  /** Stamps come nearly in order, so the first that is young enough ends the look: one that came late behind it goes a little later, and is not counted anyway. */
  #forget() {
    for (const stamp of this.#seen.keys()) {
      if (!isOlderThanHour(stamp, this.#newest)) return;
      this.#seen.delete(stamp);
    }
  }
}

/** More than one hour: compared to the microsecond, which a Date cannot. */
function isOlderThanHour(stamp: string, newest: string): boolean {
  const apart = seconds(newest) - seconds(stamp);
  return apart > HOUR_SECONDS || (apart === HOUR_SECONDS && stamp.slice(20, 26) < newest.slice(20, 26));
}

const seconds = (time: string) => Date.parse(`${time.slice(0, 19)}Z`) / 1000;
