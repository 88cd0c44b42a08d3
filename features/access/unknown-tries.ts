import { createHash } from 'node:crypto';

type Entry = { tries: number; until: number };

/**
 * Tries against addresses that have no account, counted as those of an account are, so that the lock-out tells nobody which exist. In this process alone and bounded:
 * it guards no account, only the secret of who has one. Holds digests, not what was typed.
 */
export class UnknownTries {
  private entries = new Map<string, Entry>();

  constructor(private max = 20_000) {}

  count(email: string, now: Date, limit: { tries: number; minutes: number }): { until: string | null; wasLocked: boolean } {
    const key = createHash('sha256').update(email.toLowerCase()).digest('base64');
    const entry = this.entries.get(key) ?? { tries: 0, until: 0 };
    const wasLocked = entry.until > now.getTime();
    if (!wasLocked) {
      entry.tries = entry.until > 0 ? 1 : entry.tries + 1;
      entry.until = entry.tries >= limit.tries ? now.getTime() + limit.minutes * 60_000 : 0;
    }
    this.entries.delete(key); // the newest at the end: the oldest goes first
    this.entries.set(key, entry);
    if (this.entries.size > this.max) this.entries.delete(this.entries.keys().next().value as string);
    return { until: entry.until > 0 ? new Date(entry.until).toISOString().replace('Z', '000Z') : null, wasLocked };
  }
}

// route handlers and actions are separate bundles: globalThis is what they share
const shared = globalThis as { indelibleUnknownTries?: UnknownTries };
shared.indelibleUnknownTries ??= new UnknownTries();
export const unknownTries = shared.indelibleUnknownTries;
