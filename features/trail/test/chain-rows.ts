import crypto from 'node:crypto';
import { type EventRow, genesisHash, hashRow } from '@/core/event';

/** Rows of a trail from what a test cares about: numbered, linked and hashed; one a second from `start` unless they say when. */
export function chainRows(origin: string, parts: readonly Partial<EventRow>[], start = '2026-03-01T12:00:00Z'): EventRow[] {
  let prevHash = genesisHash(origin);
  return parts.map((part, seq) => {
    const at = `${new Date(Date.parse(start) + seq * 1000).toISOString().slice(0, 19)}.000000Z`;
    const row: EventRow = {
      seq,
      id: crypto.randomUUID(),
      recordedAt: at,
      occurredAt: part.recordedAt ?? at,
      v: 1,
      headerSalt: crypto.randomBytes(16),
      actorType: 'user',
      actorId: 'e.brandt',
      action: 'merchant.read',
      resourceType: 'merchant',
      resourceId: 'M-1',
      outcome: 'success',
      payloadSalt: crypto.randomBytes(16),
      details: '{}',
      ipAddress: null,
      userAgent: null,
      requestId: null,
      sessionId: null,
      source: null,
      sourceEpoch: null,
      sourceSeq: null,
      sealed: null,
      redaction: null,
      prevHash,
      eventHash: prevHash,
      ...part,
    };
    row.eventHash = hashRow(origin, row);
    prevHash = row.eventHash;
    return row;
  });
}
