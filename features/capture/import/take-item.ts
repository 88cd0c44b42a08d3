import type { NormalisedDraft } from '@/core/draft';
import { importId, LineKeys } from '@/core/import-id';
import { normaliseDraft } from '@/core/normalise';
import type { Draft } from '@/features/trail/mutations/draft';
import type { ReadItem } from './read-records';
import type { ImportFormat } from './schema';

type DraftItem = Extract<ReadItem, { kind: 'draft' }>;
export type Taken = { ok: true; draft: Draft } | { ok: false; reason: string };

/** Lines without a usable time are counted apart; so many at most, so that memory stays bounded. */
const MAX_TIMELESS = 100_000;

/** Normalises the records of ONE file by the importer's rules and gives an id to those that bring none: the same record gets the same one at every import (SPEC §2). */
export class ItemTaker {
  #lineKeys = new LineKeys();
  #timeless = new LineKeys();
  #timelessCount = 0;
  #key = '';

  constructor(
    private readonly format: ImportFormat,
    private readonly source: string,
  ) {}

  /** @param receivedAt stands in for a time that is none, 27 characters */
  take(item: DraftItem, receivedAt: string): Taken {
    const normalised = normaliseDraft(item.draft, { kind: 'import', format: this.format, source: this.source, receivedAt });
    if (!normalised.ok) return { ok: false, reason: `${normalised.error}: ${normalised.message}` };
    const draft = normalised.draft;
    if (draft.id === null) draft.id = importId(this.format, this.#keyOf(item, draft));
    return { ok: true, draft: { draft, macBytes: item.bytes, redact: true } };
  }

  #keyOf(item: DraftItem, draft: NormalisedDraft): string {
    if (item.k > 0) return `${this.#key}\n${item.k}`;
    const raw = draft.details.occurred_raw;
    const isTimeless = Array.isArray(draft.details.changed_at_import) && draft.details.changed_at_import.includes('/occurred_at');
    this.#key = isTimeless ? this.#timelessKey(String(raw), item.text) : (this.#lineKeys.take(draft.occurredAt, item.text)[0] as string);
    return this.#key;
  }

  /** The time of receipt is another at every import: the record's own text takes its place. */
  #timelessKey(raw: string, text: string): string {
    if (++this.#timelessCount % MAX_TIMELESS === 0) this.#timeless = new LineKeys();
    const [key = ''] = this.#timeless.take('1970-01-01T00:00:00.000000Z', `${raw}\n${text}`);
    return key.slice(key.indexOf('\n') + 1);
  }
}
