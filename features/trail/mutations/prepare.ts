import { randomBytes } from 'node:crypto';
import type { EventRow } from '@/core/event';
import { payloadHash } from '@/core/event';
import { canonicalJson } from '@/core/jcs';
import { draftMac } from '@/core/mac';
import { redactDraft } from '@/core/redact';
import { DEFAULT_RULES } from '@/core/redact-rules';
import type { SealedValue } from '@/core/sealed';
import type { Draft } from './draft';
import { draftMacKey } from './keys';
import { sealRow } from './seal-row';

/** Everything of an event that needs no lock: its members, salts, payload hash and draft MAC. seq, id, time of receipt and links are still blank. */
export type Prepared = { row: EventRow; givenId: string | null; source: string; payloadHash: Buffer; mac: Buffer; sealed: readonly SealedValue[] };

const NO_BYTES = Buffer.alloc(0);
const NONE: readonly SealedValue[] = [];
const SALT_BYTES = 16;

/** Redacts, then seals, then hashes the payload, before the head is locked: what the lock covers is what everybody else waits for (SPEC §3). */
export function prepareDrafts(drafts: readonly Draft[]): Prepared[] {
  const macKey = draftMacKey();
  const salts = randomBytes(drafts.length * 2 * SALT_BYTES);
  return drafts.map(({ draft, macBytes, redact, seals }, i) => {
    const clean = redact ? redactDraft(draft, DEFAULT_RULES) : { ...draft, redaction: null };
    const at = i * 2 * SALT_BYTES;
    const row: EventRow = {
      seq: -1,
      id: '',
      recordedAt: '',
      occurredAt: clean.occurredAt,
      v: 1,
      headerSalt: salts.subarray(at, at + SALT_BYTES),
      actorType: clean.actorType,
      actorId: clean.actorId,
      action: clean.action,
      resourceType: clean.resourceType,
      resourceId: clean.resourceId,
      outcome: clean.outcome,
      payloadSalt: salts.subarray(at + SALT_BYTES, at + 2 * SALT_BYTES),
      details: canonicalJson(clean.details),
      ipAddress: clean.ipAddress,
      userAgent: clean.userAgent,
      requestId: clean.requestId,
      sessionId: clean.sessionId,
      source: clean.source,
      sourceEpoch: clean.sourceEpoch,
      sourceSeq: clean.sourceSeq,
      sealed: null,
      redaction: clean.redaction,
      prevHash: NO_BYTES,
      eventHash: NO_BYTES,
    };
    const sealed = seals === undefined ? NONE : sealRow(row, clean.details, seals);
    return { row, givenId: draft.id, source: draft.source ?? '', payloadHash: payloadHash(row), mac: draftMac(macKey, macBytes), sealed };
  });
}
