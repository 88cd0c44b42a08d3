// SPEC §8, the events of one resource by their proofs, without a walk through the trail.
//
//   files beside the key: guard, newest note, rotations · what the caller brings ─▶ snapshot ─▶ the newest signed root that the stored tree leads to
//   main connection    COPY of the resource's rows ─▶ CopyReader ─▶ core's judge: hashes, and 1,024 at a time their proofs ─▶ what was erased
//   its sibling        tiles and sealed values of those
//   then               all rows of the trail counted without an index ─▶ whether the view hides some
//
// It says that these events are the ones that were signed. That none is missing only a walk through everything can say.
import 'server-only';
import { CopyReader } from '@/core/copy-row';
import type { Finding, FindingCounts, VerdictState } from '@/core/finding';
import type { KnownNote } from '@/core/known-notes';
import { headMac } from '@/core/mac';
import { ResourceJudge } from '@/core/resource-judge';
import type { ProvenRoot } from '@/core/tile-root';
import type { Found } from '@/core/tree-verdict';
import type { Vkey } from '@/core/vkey';
import { judgeWholeView, type RowTally } from '@/core/whole-view';
import { openSnapshots, type Snapshot } from '@/db/copy-out';
import type { Scope, TrailId } from '@/db/scope';
import { type KnownSeals, readOutsideSeals } from '@/features/sealing/queries/known-notes';
import { getSealedValues } from '@/features/sealing/queries/sealed-values';
import type { ResourceKey } from '@/features/trail/resource-model';
import { getResourceFacts, type ResourceFacts, resourceFilter, resourceRowsQuery, type Scan, scanTrail } from './queries/resource-rows';
import { askScreens } from './queries/view-questions';
import { findRoot, listErasures } from './resource-keys';

export type VerifyResourceOptions = {
  trail: { trailId: TrailId; origin: string };
  scope: Scope;
  resource: ResourceKey;
  /** Parses every event. */
  deep?: boolean;
  /** Key of the head's mac (SPEC §3): without it nothing says how many rows there must be. */
  headKey?: Buffer | undefined;
  /** As for a verification of a range: what the caller brings. */
  vkeys?: readonly Vkey[] | undefined;
  notes?: readonly KnownNote[] | undefined;
  signal?: AbortSignal | undefined;
  onOverflow?: ((findings: Finding[], kept: readonly Finding[]) => Promise<void>) | undefined;
  /** How long the trail may be counted. */
  scanMs?: number;
};

/** `total` null: not asked yet. */
export type ResourceProgress = { checked: number; total: number | null; counts: FindingCounts };

/**
 * Whether the view hides rows: `whole`: it shows every row that the trail must have. `differs`: it does, a finding says which. Else why that was not to be told: the count was not
 * through in time, the end marker is not ours, rows are lawfully gone, the run was stopped.
 */
export type ViewState = 'whole' | 'differs' | 'late' | 'end marker' | 'lawfully gone' | 'stopped';

export type ResourceVerdict = {
  /** Events read; of those that hold: proven under `size`, not sealed yet, sealed where no tree leads to the root. */
  checked: number;
  proven: number;
  unsealed: number;
  unproven: number;
  firstSeq: number | null;
  lastSeq: number | null;
  /** What they are proven under; 0 and null of none. Root in hex. `isOutside`: known from outside the database. */
  size: number;
  root: string | null;
  isOutside: boolean;
  sealedValues: { sealed: number; erased: number };
  counts: FindingCounts;
  findings: Finding[];
  state: VerdictState;
  isCancelled: boolean;
  view: ViewState;
  /** From the first byte read to the last proof, in ms; `tookMs` with the view. */
  eventsMs: number;
  tookMs: number;
};

const TELL_MS = 200;
const SCAN_MS = 2_000;

/** Yields how far it is a few times a second, and returns the verdict. What is thrown is a fault and says nothing about the log. */
export async function* verifyResource(options: VerifyResourceOptions): AsyncGenerator<ResourceProgress, ResourceVerdict> {
  const startedAt = performance.now();
  const seals = readOutsideSeals(options.trail); // before the snapshot: a seal made meanwhile would reach further than it
  const [snapshot, beside] = await openSnapshots({ scope: options.scope, signal: options.signal }, 2);
  try {
    return yield* check({ options, seals, snapshot, beside, startedAt });
  } finally {
    await Promise.all([snapshot, beside].map((one) => one.close()));
  }
}

type Check = { options: VerifyResourceOptions; seals: KnownSeals; snapshot: Snapshot; beside: Snapshot; startedAt: number };

async function* check({ options, seals, snapshot, beside, startedAt }: Check): AsyncGenerator<ResourceProgress, ResourceVerdict> {
  const { trail, resource, signal, headKey, onOverflow = async () => {}, scanMs = SCAN_MS } = options;
  const { trailId, origin } = trail;
  const [facts, { keys, tiles, root }] = await Promise.all([getResourceFacts(snapshot, trailId), findRoot(beside, options, seals)]);
  const end = judgeEnd(origin, facts, headKey, root.signedTo);
  let overflow: Finding[] = [];
  const judge = new ResourceJudge({
    origin,
    knownOrigins: facts.origins,
    isDeep: options.deep ?? false,
    base: root.base,
    signedTo: root.signedTo,
    overflow: (finding) => overflow.push(finding),
  });
  judge.add([...keys.findings, ...root.findings, ...end.findings]);
  const flush = async () => {
    if (overflow.length === 0) return;
    const findings = overflow;
    overflow = [];
    await onOverflow(findings, judge.log.kept);
  };
  const prove = async () => {
    const seqs = judge.waiting;
    if (seqs.length === 0) return;
    await tiles.fetch(seqs);
    await judge.prove(tiles.read, await getSealedValues(beside, trailId, seqs));
    await flush();
  };
  // how many there are is asked of the screens: when it takes long, else at the end
  const filter = resourceFilter(resource);
  let screens: RowTally | null = null;
  const progress = (total: number | null) => ({ checked: judge.checked, total, counts: { ...judge.log.counts } });
  yield progress(null);

  let isCancelled = false;
  let view: ViewState = 'stopped';
  let eventsMs: number | null = null;
  try {
    const reader = new CopyReader();
    let told = performance.now();
    for await (const chunk of snapshot.copy(resourceRowsQuery(trailId, resource))) {
      reader.push(chunk);
      for (let row = reader.next(); row !== null; row = reader.next()) {
        judge.row(row);
        if (judge.isFull) await prove();
      }
      if (performance.now() - told < TELL_MS) continue;
      screens ??= await askScreens(beside, trailId, filter);
      yield progress(Math.max(screens.count, judge.checked));
      told = performance.now();
    }
    reader.end();
    await prove();
    judge.finish(judge.values.isWaiting ? await listErasures(beside, trail, keys, judge.values) : []);
    eventsMs = performance.now() - startedAt;
    yield progress(judge.checked);
    // after the proofs: it reads the trail whole, and they would wait for it
    const counted = await scanTrail(snapshot, trailId, resource, scanMs);
    screens ??= await askScreens(beside, trailId, filter);
    const whole = keys.isLawfullyCut ? null : end.whole;
    const read = { count: judge.checked, xor: judge.xor };
    const found = judgeWholeView(filter, { read, screens, scan: counted === 'late' ? null : counted, whole });
    judge.add(found);
    view = found.length > 0 ? 'differs' : viewState(counted, keys.isLawfullyCut, end.whole);
    await flush();
  } catch (cause) {
    if (!signal?.aborted) throw cause;
    isCancelled = true;
    await flush();
  }
  const tookMs = performance.now() - startedAt;
  return { ...verdictOf(judge, root.base), view, isCancelled, state: judge.state(isCancelled), eventsMs: eventsMs ?? tookMs, tookMs };
}

const verdictOf = ({ checked, proven, unsealed, unproven, firstSeq, lastSeq, values, log }: ResourceJudge, base: ProvenRoot | null) => ({
  ...{ checked, proven, unsealed, unproven, firstSeq, lastSeq },
  size: base?.size ?? 0,
  root: base?.root.toString('hex') ?? null,
  isOutside: base?.isOutside ?? false,
  sealedValues: { ...values.counts },
  counts: { ...log.counts },
  findings: log.kept,
});

function viewState(counted: Scan, isLawfullyCut: boolean, whole: number | null): ViewState {
  if (counted === 'late') return 'late';
  if (isLawfullyCut) return 'lawfully gone';
  return whole === null ? 'end marker' : 'whole';
}

/** What can be told of the trail's end without a walk. `whole`: how many rows there must be below it, null where nothing can be believed. */
function judgeEnd(
  origin: string,
  { head: row, maxSeq }: ResourceFacts,
  headKey: Buffer | undefined,
  signedTo: number,
): { findings: Found[]; whole: number | null } {
  const rows = (maxSeq ?? -1) + 1;
  const head = row ?? { nextSeq: 0, lastHash: Buffer.alloc(0), mac: Buffer.alloc(0) }; // one that is gone bears no mac of ours
  const isOurs = headKey !== undefined && headMac(headKey, origin, head.nextSeq, head.lastHash).equals(head.mac);
  const findings: Found[] = [];
  if (headKey !== undefined && !isOurs) findings.push({ code: 'HEAD_FORGED', seq: head.nextSeq, expected: 'mac of the key', found: 'another mac' });
  const known = Math.max(signedTo, isOurs ? head.nextSeq : 0);
  if (known > rows) findings.push({ code: 'TRUNCATED', seq: rows, expected: String(known), found: String(rows) });
  return { findings, whole: isOurs ? Math.min(head.nextSeq, rows) : null };
}
