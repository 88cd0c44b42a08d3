import 'server-only';
import { vkeyText } from '@/core/checkpoint';
import { leafHash } from '@/core/merkle';
import { bracketOf, type ReadNote } from '@/core/notes-of';
import { parseVkey, type Vkey } from '@/core/vkey';
import { vkeyWords } from '@/core/vkey-words';
import { openSnapshot } from '@/db/copy-out';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import { readCheckpointFile } from '@/features/sealing/checkpoint-file';
import { ownVkeys } from '@/features/sealing/log-key';
import { getCheckpoint, type SignedCheckpoint } from '@/features/sealing/prove';
import { type EventRecord, getRowsOf } from '@/features/trail/queries/get-event';
import { AppError } from '@/lib/errors';
import { nowText } from '@/lib/time';
import { SOFTWARE } from '@/lib/version';
import type { Place, ShownFinding } from './finding-model';
import type { FindingPage } from './finding-page';
import { findingText } from './finding-texts';
import type { Incident, IncidentKey, IncidentRun, StoredRow, TreeNow } from './incident';
import { isBetween, isGap } from './incident-rows';
import { listNotesAbout, NOTE_CODES, readOrSay } from './queries/notes-about';
import { getSourceBefore } from './queries/source-before';
import { getStub } from './queries/stubs';
import { readTreeNow } from './queries/tree-now';
import { getSealedLeaf } from './sealed-leaf';

type Trail = { trailId: TrailId; origin: string; alias: string };
type Found = Pick<FindingPage, 'findings' | 'places' | 'beside'> & { selected: ShownFinding; signedTo: number | undefined };

const MOST_NOTES = 10;

/** All that an incident file holds, read as it is now: the rows the finding is about, the notes, and what leads to what was signed. */
export async function gatherIncident(trail: Trail, run: IncidentRun, { selected, findings, signedTo, places, beside }: Found): Promise<Incident> {
  const { code, seq } = selected;
  const [at, before, next] = [places?.at ?? null, places?.before ?? null, places?.next ?? null];
  // one that nothing here is led to, or compared with, says nothing
  const newest = (seq !== null && seq >= 0) || NOTE_CODES.has(code) ? await newestOf(trail) : NONE;
  const { checkpoint } = newest;
  const keys = keysOf(trail.origin, run, selected);
  const { notes, faults } = await listNotesAbout(trail, run, selected, keys.trusted);
  const isOfGap = isGap(code) && at === null;
  return {
    origin: trail.origin,
    alias: trail.alias,
    software: SOFTWARE,
    madeAt: nowText(),
    run,
    finding: selected,
    text: findingText(selected, findings, signedTo),
    stored: at,
    before: isBetween(code) || isOfGap || code === 'DUPLICATE' || code === 'TRUNCATED' ? before : null,
    after: isOfGap ? next : null,
    ...(await moreRows(trail, selected, at)),
    copy: beside?.copy ?? null,
    checkpoint: checkpoint && { ...checkpoint, root: checkpoint.root.toString('hex') },
    proof: checkpoint && seq !== null && seq >= 0 ? await getSealedLeaf(trail, seq, checkpoint.size) : null,
    keys: keys.shown,
    keyFault: keys.fault,
    faults: [...new Set([...newest.faults, ...faults])],
    notes: notes.slice(0, MOST_NOTES).map(({ note }) => note),
    moreNotes: Math.max(0, notes.length - MOST_NOTES),
    tree: await treeOf(trail, selected, notes, code === 'TRUNCATED' ? before : at),
  };
}

const NONE = { checkpoint: null, faults: [] };

/** Null where nothing is signed yet, no key is there to check it with, or its file cannot be read. */
async function newestOf(trail: Trail): Promise<{ checkpoint: SignedCheckpoint | null; faults: string[] }> {
  const file = readOrSay('The file of the newest checkpoint', () => readCheckpointFile(trail.origin));
  if ('fault' in file) return { checkpoint: null, faults: [file.fault] };
  try {
    return { checkpoint: await getCheckpoint(trail), faults: [] };
  } catch (cause) {
    if (cause instanceof AppError) return NONE;
    throw cause;
  }
}

/** The second row of a number, the stub in the place of one, the event before it of the same source. */
async function moreRows(trail: Trail, { code, seq, expected }: ShownFinding, at: StoredRow | null): Promise<Pick<Incident, 'twin' | 'earlier' | 'stub'>> {
  const none = { twin: null, earlier: null, stub: null };
  const scope = scopeOf(trail.trailId);
  if (seq === null) return none;
  if (code === 'DUPLICATE' && at) {
    const rows = await readTransaction(scope, (tx) => getRowsOf(tx, trail, seq));
    return { ...none, twin: rows.map(rowOf).find(({ header, payload }) => header !== at.header || payload !== at.payload) ?? null };
  }
  if (code === 'SOURCE_GAP' && at) {
    const earlier = await readTransaction(scope, (tx) => getSourceBefore(tx, trail, seq, expected ?? ''));
    return { ...none, earlier: earlier && rowOf(earlier) };
  }
  if (!isGap(code) || at) return none;
  const snapshot = await openSnapshot({ scope });
  const stub = await getStub(snapshot, trail.trailId, seq).finally(() => snapshot.close());
  const hex = (bytes: Buffer) => bytes.toString('hex');
  return { ...none, stub: stub && { headerHash: hex(stub.headerHash), payloadHash: hex(stub.payloadHash), eventHash: hex(stub.eventHash) } };
}

const rowOf = ({ row, header, payload }: EventRecord): StoredRow => ({
  seq: row.seq,
  prevHash: row.prevHash.toString('hex'),
  header,
  payload,
  eventHash: row.eventHash.toString('hex'),
});

/** The keys of this machine, those that the run was given, and the one that a finding names. */
function keysOf(origin: string, { given }: IncidentRun, { code, found }: ShownFinding) {
  const brought = (given?.texts ?? []).flatMap((text) => parseVkey(text) ?? []);
  let own: Vkey[] = [];
  let fault: string | null = null;
  try {
    own = ownVkeys(origin);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    fault = `${cause.code}: ${cause.hint ?? ''}`;
  }
  const trusted = brought.length === 0 ? own : brought;
  const texts = trusted.map(vkeyText);
  const isOpen = given !== null && !given.isTold; // then of none it is said that the run did not go by it
  const shown = new Map<string, IncidentKey>();
  const add = (vkey: string, what: string) =>
    shown.has(vkey) || shown.set(vkey, { vkey, words: vkeyWords(vkey), what, isTrusted: isOpen || texts.includes(vkey) });
  for (const vkey of own) add(vkeyText(vkey), 'of this machine');
  for (const vkey of brought)
    add(vkeyText(vkey), isOpen ? 'given to the run by its caller, as its row alone says' : 'given to the run by its caller, by the hash that its event names');
  if (code === 'KEY_ROTATED' && parseVkey(found ?? '') !== null) add(found as string, 'named by the finding');
  return { trusted, shown: [...shown.values()], fault };
}

/** The stored tree between the two sizes that a finding is about, and the row as its leaf, where it is one. */
async function treeOf(trail: Trail, finding: ShownFinding, notes: readonly ReadNote[], row: Place | null): Promise<TreeNow | null> {
  const sizes = sizesOf(finding, notes);
  if (sizes === null) return null;
  const tree = await readTreeNow(trail, sizes, row?.seq ?? null);
  if (!tree?.inclusion || !row) return tree;
  const isLeaf = leafHash(Buffer.from(row.computed, 'hex')).toString('hex') === tree.inclusion.leaf;
  return isLeaf ? tree : { ...tree, inclusion: null };
}

function sizesOf({ code, expected, found }: ShownFinding, notes: readonly ReadNote[]): { from: number; to: number } | null {
  const sizes = notes.map(({ size }) => size ?? 0);
  if (code === 'FORK') {
    const [from, to] = bracketOf(expected);
    return from == null || to == null ? null : { from, to };
  }
  if (code === 'TRUNCATED' && sizes[0] !== undefined && Number(found) > 0) return { from: Number(found), to: sizes[0] };
  if (code === 'EQUIVOCATION' && new Set(sizes).size === 2) return { from: Math.min(...sizes), to: Math.max(...sizes) };
  return null;
}
