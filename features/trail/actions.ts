'use server';
import { z } from 'zod';
import { loadPreferences } from '@/features/access/loaders';
import { loadEvent, loadEventPage, loadGapCounts, loadResourceCounts, loadResourceEvents, loadResources, loadSuggestions } from './loaders';
import { cursorSchema, type RawParams, readEventSearch } from './schema';

// What a reader asks for after the page has come. Whatever is long is not here: actions of one page run one after another.

const aliasSchema = z.string().max(200);
const nameSchema = z.string().max(2_048);
const keySchema = z.object({ type: nameSchema, id: nameSchema });
const seqSchema = z.number().int().nonnegative();
const rawSchema = z.record(z.string(), z.union([z.string(), z.array(z.string()), z.undefined()]));

/** The next page of the same question, in the state of the trail that the first page saw and at the same `now`, so that a relative period stays where it was. */
export async function readEventPageAction(alias: string, raw: RawParams, at: { now: string; asOf: number; cursor: unknown }) {
  const { zone } = await loadPreferences();
  const read = readEventSearch(rawSchema.parse(raw), z.string().length(27).parse(at.now), zone);
  if (!read.ok) return { rows: [], hasNewer: false, hasOlder: false, asOf: at.asOf };
  return loadEventPage(aliasSchema.parse(alias), read.search, { asOf: seqSchema.parse(at.asOf), cursor: cursorSchema.parse(at.cursor) });
}

export async function readEventAction(alias: string, seq: number) {
  return loadEvent(aliasSchema.parse(alias), seqSchema.parse(seq));
}

export async function readSuggestionsAction(alias: string, key: string, typed: string) {
  const known = z.enum(['actor', 'action', 'type', 'resource', 'agent']).safeParse(key);
  return known.success ? loadSuggestions(aliasSchema.parse(alias), known.data, z.string().max(512).parse(typed)) : [];
}

export async function readResourcePageAction(alias: string, ask: { type: string | null; find: string; cursor: unknown }) {
  const cursor = keySchema.extend({ dir: z.enum(['next', 'previous']) }).parse(ask.cursor);
  return loadResources(aliasSchema.parse(alias), { type: nameSchema.nullable().parse(ask.type), find: nameSchema.parse(ask.find), sort: 'name', cursor });
}

export async function readResourceCountsAction(alias: string, keys: unknown) {
  return loadResourceCounts(aliasSchema.parse(alias), z.array(keySchema).max(100).parse(keys));
}

export async function readResourceEventsAction(alias: string, key: unknown, ask: { show: unknown; cursor: unknown }) {
  return loadResourceEvents(aliasSchema.parse(alias), keySchema.parse(key), {
    show: z.enum(['all', 'changes', 'reads']).parse(ask.show),
    cursor: cursorSchema.parse(ask.cursor),
  });
}

export async function readGapCountsAction(alias: string, key: unknown, gaps: unknown) {
  const period = z.object({ from: cursorSchema.shape.time, to: cursorSchema.shape.time });
  return loadGapCounts(aliasSchema.parse(alias), keySchema.parse(key), z.array(period).max(12).parse(gaps));
}
