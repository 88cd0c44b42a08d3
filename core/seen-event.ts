/**
 * What the judges beside the walk ask of an event that holds, whether it came as a COPY row or as a text: a few members, read only when they are asked for. Made from a
 * COPY row it is good until the reader's next step.
 */
import type { ChainEntry } from './chain-entry';
import { checkHeaderText, checkPayloadText } from './check-event';
import { COLUMN, type CopyRow } from './copy-row';
import { isJsonObject, type JsonObject, newObject, parseJson } from './json';

export interface SeenEvent {
  readonly seq: number;
  /** Microseconds since 2000. */
  readonly recordedAt: number;
  readonly action: string;
  readonly actorType: string;
  readonly actorId: string;
  readonly source: string | null;
  readonly sourceEpoch: string | null;
  readonly sourceSeq: number | null;
  details(): JsonObject;
  /** Pointer → commitment; null where the event has none. */
  sealed(): JsonObject | null;
}

/** Over one COPY row at a time, reused. */
export class SeenRow implements SeenEvent {
  seq = 0;
  recordedAt = 0;
  private row: CopyRow | null = null;

  of(seq: number, recordedAt: number, row: CopyRow): SeenEvent {
    this.seq = seq;
    this.recordedAt = recordedAt;
    this.row = row;
    return this;
  }

  get action(): string {
    return this.text(COLUMN.action) ?? '';
  }
  get actorType(): string {
    return this.text(COLUMN.actor_type) ?? '';
  }
  get actorId(): string {
    return this.text(COLUMN.actor_id) ?? '';
  }
  get source(): string | null {
    return this.text(COLUMN.source);
  }
  get sourceEpoch(): string | null {
    return (this.row as CopyRow).uuid(COLUMN.source_epoch);
  }
  get sourceSeq(): number | null {
    const value = (this.row as CopyRow).integer(COLUMN.source_seq);
    return typeof value === 'number' ? value : null;
  }
  details(): JsonObject {
    return objectOf(this.text(COLUMN.details));
  }
  sealed(): JsonObject | null {
    const text = this.text(COLUMN.sealed);
    return text === null ? null : objectOf(text);
  }

  private text(column: number): string | null {
    return (this.row as CopyRow).text(column);
  }
}

/** The same of an event by itself, or null where its hash does not hold or it is no event. */
export function seenIfGood(entry: ChainEntry): SeenEvent | null {
  const [header, payload] = [entry.header(), entry.payload()];
  if (entry.computed !== entry.stored || typeof entry.seq !== 'number' || header === null || payload === null) return null;
  return checkHeaderText(header) === null && checkPayloadText(payload) === null ? seenEntry(entry.seq, entry) : null;
}

/** From the two texts of an event that holds. */
export function seenEntry(seq: number, entry: ChainEntry): SeenEvent {
  const header = objectOf(entry.header());
  const payload = objectOf(entry.payload());
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    seq,
    recordedAt: Number(entry.recordedAt()),
    action: text(header.action) ?? '',
    actorType: text(header.actor_type) ?? '',
    actorId: text(header.actor_id) ?? '',
    source: text(payload.source),
    sourceEpoch: text(payload.source_epoch),
    sourceSeq: typeof payload.source_seq === 'number' ? payload.source_seq : null,
    details: () => (isJsonObject(payload.details) ? payload.details : newObject()),
    sealed: () => (isJsonObject(payload.sealed) ? payload.sealed : null),
  };
}

function objectOf(text: string | null): JsonObject {
  const parsed = text === null ? null : parseJson(text);
  return parsed?.ok && isJsonObject(parsed.value) ? parsed.value : newObject();
}
