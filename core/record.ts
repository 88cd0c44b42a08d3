/**
 * One event as a line of an export or a bundle (SPEC §10): {"seq","prev","header","payload","event_hash"}, the halves as strings of their exact canonical text, hashes
 * as lower-case hex.
 */
import { isJsonObject, parseJson } from './json';

export type EventRecord = { seq: number; prev: string; header: string; payload: string; eventHash: string };

const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** The record of a line, or null where the line is none. Whether the halves are an event's is for the walk to say. */
export function parseRecordLine(line: string): EventRecord | null {
  const parsed = parseJson(line);
  if (!parsed.ok || !isJsonObject(parsed.value)) return null;
  const { seq, prev, header, payload, event_hash: eventHash, ...others } = parsed.value;
  if (!Number.isSafeInteger(seq) || (seq as number) < 0 || !isHash(prev) || !isHash(eventHash) || typeof header !== 'string' || typeof payload !== 'string')
    return null;
  if (Object.keys(others).some((name) => name !== 'disclosures')) return null;
  return { seq: seq as number, prev, header, payload, eventHash };
}

/** The line of a record, without its newline. */
export function recordLine({ seq, prev, header, payload, eventHash }: EventRecord): string {
  return `{"seq":${seq},"prev":"${prev}","header":${JSON.stringify(header)},"payload":${JSON.stringify(payload)},"event_hash":"${eventHash}"}`;
}
