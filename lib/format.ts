// Figures as the screens print them: British English, digit groups with a comma, a unit never without its number.
const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 });
const oneDigit = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });

/** 118235 → `118,235`. */
export const formatCount = (n: number): string => whole.format(n);

/** The same beside an axis, whose room is small and whose steps are round: 5000 → `5,000`, 150000 → `150k`, 2500000 → `2.5m`. */
export const formatTick = (n: number): string => (n < 10_000 ? whole.format(n) : short.format(n));

/** (1, 'event') → `1 event`, (2913, 'event') → `2,913 events`; an irregular plural is given whole. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${whole.format(n)} ${n === 1 ? one : many}`;

/** `at least 12 breaks` where the number is the least that there can be. */
export const atLeast = (isExact: boolean, words: string): string => (isExact ? words : `at least ${words}`);

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

/** 3 → `three`, from thirteen on in figures: for sentences. */
export const inWords = (n: number): string => WORDS[n] ?? formatCount(n);

/** 0.613 → `61 %`. Never rounds up to 100 what is not done, nor down to 0 what has begun. */
export function formatShare(share: number): string {
  if (share <= 0) return '0 %';
  if (share >= 1) return '100 %';
  return `${Math.min(99, Math.max(1, Math.round(share * 100)))} %`;
}

/** Decimal units, as a file manager shows them: 21_400_000 → `21.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${oneDigit.format(value)} ${units[unit]}`;
}

/** A stopwatch: 79_000 → `1:19`, 3_725_000 → `1:02:05`. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A length of time in words, two units at most: 257_000 → `4 min 17 s`, 80 → `0.08 s`, 8_280_000 → `2 h 18 min`. */
export function formatLength(ms: number): string {
  const abs = Math.abs(ms);
  if (abs < 995) return `${(abs / 1000).toFixed(2)} s`;
  if (abs < 60_000) return `${oneDigit.format(abs / 1000)} s`;
  const [first, second] = abs < 3_600_000 ? ([60_000, 1000] as const) : abs < 86_400_000 ? ([3_600_000, 60_000] as const) : ([86_400_000, 3_600_000] as const);
  const names: Record<number, string> = { 1000: 's', 60000: 'min', 3600000: 'h' };
  const rest = Math.floor((abs % first) / second);
  const head = Math.floor(abs / first);
  const headText = first === 86_400_000 ? plural(head, 'day') : `${head} ${names[first]}`;
  return rest === 0 ? headText : `${headText} ${rest} ${names[second]}`;
}

/** How long something has waited, in whole units so that it does not flicker: 3_400 → `3 s`, 79_000 → `1 min`, 8_280_000 → `2 h`; nothing is 0 s old. */
export function formatAge(ms: number): string {
  const s = Math.max(1, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  return s < 172_800 ? `${Math.floor(s / 3600)} h` : plural(Math.floor(s / 86_400), 'day');
}

/** `about 50 s left`: rounded so that it does not flicker. Null where nothing can be said yet. */
export function formatLeft(ms: number | null): string | null {
  if (ms === null || !Number.isFinite(ms)) return null;
  const s = ms / 1000;
  if (s < 5) return 'a few seconds left';
  if (s < 90) return `about ${Math.round(s / 5) * 5} s left`;
  if (s < 5400) return `about ${Math.round(s / 60)} min left`;
  return `about ${oneDigit.format(s / 3600)} h left`;
}
