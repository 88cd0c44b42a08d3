import type { EventLine } from './event-model';

/** Columns that a reader may add to the list of events, in the order in which they stand. They come with every row, so choosing one asks the server for nothing more. */
export const EXTRA_COLUMNS = [
  { key: 'type', label: 'Type', width: 112 },
  { key: 'ip', label: 'IP', width: 124 },
  { key: 'session', label: 'Session', width: 124 },
  { key: 'request', label: 'Request', width: 132 },
  { key: 'source', label: 'Source', width: 104 },
  { key: 'recorded', label: 'Recorded', width: 140 },
  { key: 'lag', label: 'Lag', width: 88 },
] as const;
export type ExtraColumn = (typeof EXTRA_COLUMNS)[number]['key'];

/** More would leave no room for what every list shows. */
export const EXTRA_AT_MOST = 4;

/** `cols` of the address, such as `ip,lag`: what is not known is left out, each counts once. */
export function readColumns(text: string | null | undefined): ExtraColumn[] {
  const asked = new Set((text ?? '').split(','));
  return EXTRA_COLUMNS.filter(({ key }) => asked.has(key))
    .slice(0, EXTRA_AT_MOST)
    .map(({ key }) => key);
}

/** What a text column shows; null where the source did not say. */
export function columnText(column: Exclude<ExtraColumn, 'recorded' | 'lag'>, row: EventLine): string | null {
  const text = { type: row.resourceType, ip: row.ipAddress, session: row.sessionId, request: row.requestId, source: row.source }[column];
  return text || null;
}

/** From the claimed moment to the recorded one, in ms; negative where the source's clock is ahead. */
export const lagMs = (row: Pick<EventLine, 'occurredAt' | 'recordedAt'>): number => Date.parse(row.recordedAt) - Date.parse(row.occurredAt);
