import type { NormalisedDraft } from '@/core/draft';

/** One event on its way into the trail: normalised, not yet redacted. */
export type Draft = {
  draft: NormalisedDraft;
  /** What the draft's MAC covers: the canonical draft of an API, the source record's own bytes of an importer, relay or queue (SPEC §3). */
  macBytes: string | Uint8Array;
  /** False for the system's own events: no rule runs on them (SPEC §4). */
  redact: boolean;
  /** Places of the payload (RFC 6901, such as `/details/email`) whose values are sealed: they can be erased later, and shown one by one (SPEC §4). */
  seals?: readonly string[] | undefined;
};

/** A claim for its holder, and an alarm: the event as it stands in the trail (SPEC §3). `trail` is the origin, hashes are hex. */
export type Receipt = { trail: string; seq: number; id: string; event_hash: string; recorded_at: string };

/**
 * - appended: the receipt of the new event (under an id of its own where another source had used the draft's)
 * - duplicate: the same source sent the same record before: its first receipt
 * - conflict: the same source used this id for another record: refused; the receipt is that of the `id.conflict` event that says so
 */
export type AppendResult = { status: 'appended' | 'duplicate' | 'conflict'; receipt: Receipt };
