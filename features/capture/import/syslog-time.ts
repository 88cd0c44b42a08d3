import { Temporal } from 'temporal-polyfill';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;
const TURN_MS = 92 * DAY_MS;

/** A stamp with its own year and zone, as newer systems write it. */
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const BSD = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)$/;

/**
 * Reads the stamps of one syslog file, which have neither year nor zone: the first line lies in `year`, each further one in the year of the line
 * before, unless the year after or before brings it within three months of that line. So a file may run over New Year, a line that is a little late at the turn
 * stays in its own year, and files that were put together out of order keep theirs.
 * A time that a change of clocks makes twice is taken as the earlier one; one that it leaves out is moved by the change (RFC 5545).
 */
export class SyslogTime {
  #year: number;
  #zone: string;
  /** Local time of the line before, as if it were UTC. */
  #previousMs: number | null = null;
  #offsets = new Map<number, number>();

  constructor(year: number, zone: string) {
    this.#year = year;
    this.#zone = zone;
  }

  /** @returns the 27-character time (or the stamp itself where it is RFC 3339), null where it is no date */
  read(stamp: string): string | null {
    if (RFC3339.test(stamp)) return stamp;
    const [, monthName = '', day, hour, minute, second] = BSD.exec(stamp) ?? [];
    const month = MONTHS.indexOf(monthName);
    if (month === -1) return null;
    const at = (year: number) => localMs(year, month, Number(day), Number(hour), Number(minute), Number(second));
    const sameYear = at(this.#year);
    const previousMs = this.#previousMs;
    const isNear = (ms: number | null): ms is number => ms !== null && previousMs !== null && Math.abs(ms - previousMs) < TURN_MS;
    const localTime = isNear(sameYear) ? sameYear : ([at(this.#year + 1), at(this.#year - 1)].find(isNear) ?? sameYear);
    if (localTime === null) return null;
    this.#previousMs = localTime;
    this.#year = new Date(localTime).getUTCFullYear();
    const iso = new Date(localTime - this.#offsetMs(localTime)).toISOString();
    return `${iso.slice(0, 19)}.000000Z`;
  }

  #offsetMs(localTime: number): number {
    // offsets change on the quarter of an hour at the finest
    const quarter = Math.floor(localTime / 900_000);
    let offset = this.#offsets.get(quarter);
    if (offset === undefined) {
      if (this.#offsets.size > 10_000) this.#offsets.clear();
      const zoned = Temporal.PlainDateTime.from(new Date(localTime).toISOString().slice(0, 19)).toZonedDateTime(this.#zone, { disambiguation: 'compatible' });
      offset = localTime - zoned.epochMilliseconds;
      this.#offsets.set(quarter, offset);
    }
    return offset;
  }
}

/** Null where there is no such date or time: 29 February, hour 24, the leap second that SPEC §2 refuses. */
function localMs(year: number, month: number, day: number, hour: number, minute: number, second: number): number | null {
  if (hour > 23 || minute > 59 || second > 59 || day < 1) return null;
  const ms = Date.UTC(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1000;
  return new Date(Math.floor(ms / DAY_MS) * DAY_MS).getUTCDate() === day ? ms : null;
}
