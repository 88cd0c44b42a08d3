// SPEC §6, §7: what the events of a resource are proven under. The keys that are trusted, what the trail's own acts say of them, and the newest signed root among what is known outside
// the database that the stored tree leads to.
import 'server-only';
import { type ActAction, verifyAct } from '@/core/act';
import { entryOfRow } from '@/core/chain-entry';
import type { JsonObject } from '@/core/json';
import { KeyLineage } from '@/core/key-lineage';
import { type AcceptedNote, type KnownNote, openKnownNotes } from '@/core/known-notes';
import { digestOf } from '@/core/merkle';
import type { SealedJudge } from '@/core/sealed-judge';
import { seenIfGood } from '@/core/seen-event';
import { findProvenRoot } from '@/core/tile-root';
import type { Found, SignedRoot } from '@/core/tree-verdict';
import type { Vkey } from '@/core/vkey';
import type { Snapshot } from '@/db/copy-out';
import { ownVkeys } from '@/features/sealing/log-key';
import { type KnownSeals, listDatabaseNotes } from '@/features/sealing/queries/known-notes';
import { tilesOfLeaves } from '@/features/sealing/queries/tiles';
import { streamActs } from './queries/acts';
import type { VerifyResourceOptions } from './verify-resource';

/** What the events are proven under. */
export async function findRoot(beside: Snapshot, options: VerifyResourceOptions, seals: KnownSeals) {
  const keys = await judgeKeys(beside, options, seals);
  const tiles = tilesOfLeaves(beside, options.trail.trailId);
  return { keys, tiles, root: await findProvenRoot(keys.signed, keys.more, tiles.read) };
}

const KEY_ACTS: ActAction[] = ['key.rotated', 'key.compromised', 'partition.archived', 'events.disposed'];

type Keys = {
  vkeys: readonly Vkey[];
  /** Whether an act that a key signed counts: none does from where the key is not believed any more. */
  isTrusted: (seq: number, signer: Vkey) => boolean;
  signed: SignedRoot[];
  more: () => Promise<SignedRoot[]>;
  findings: Found[];
  /** An act says that rows are gone: then nothing says how many there must be. */
  isLawfullyCut: boolean;
};

/** Which checkpoints count, by the keys that are trusted and what the trail's own acts say of them. */
async function judgeKeys(beside: Snapshot, { trail, vkeys: given, notes = [] }: VerifyResourceOptions, seals: KnownSeals): Promise<Keys> {
  const { origin, trailId } = trail;
  const vkeys = given ?? seals.vkeys;
  const lineage = new KeyLineage(origin, vkeys, []);
  const cuts: { seq: number; signer: Vkey }[] = [];
  for await (const row of streamActs(beside, trailId, KEY_ACTS)) {
    const seen = seenIfGood(entryOfRow(row, origin));
    if (seen === null) continue;
    lineage.act(seen.action, seen.details());
    const signer = seen.action.startsWith('key.') ? null : verifyAct(origin, seen.action, seen.details(), vkeys);
    if (signer !== null) cuts.push({ seq: seen.seq, signer });
  }
  const isTrusted = (seq: number, signer: Vkey) => seq < lineage.trustedTo(signer);
  const open = (known: readonly KnownNote[]) => {
    const opened = openKnownNotes(origin, vkeys, known);
    const { accepted, findings } = lineage.judge(opened);
    return { accepted, findings: [...opened.findings, ...findings] };
  };
  const outside = open([...seals.notes, ...notes]);
  const guard: SignedRoot[] = seals.guard === null ? [] : [{ size: seals.guard.size, root: digestOf(seals.guard.root), isOutside: true }];
  return {
    vkeys,
    isTrusted,
    isLawfullyCut: cuts.some(({ seq, signer }) => isTrusted(seq, signer)),
    signed: [...outside.accepted.map(rootOf), ...guard],
    // of the database's own list those that a trusted key signed: they only add
    more: async () => {
      const listed = await listDatabaseNotes(beside.query, trailId);
      if (given === undefined && vkeys.length === 0 && listed.length > 0) ownVkeys(origin); // something is signed and the key is gone: it says so
      return open(listed).accepted.map(rootOf);
    },
    findings: outside.findings,
  };
}

const rootOf = ({ size, root, isOutside }: AcceptedNote): SignedRoot => ({ size, root: digestOf(root), isOutside });

type Erasure = { seq: number; action: string; details: JsonObject };

/** The valid acts that explain values which are gone and wait for one. */
export async function listErasures(
  beside: Snapshot,
  { origin, trailId }: VerifyResourceOptions['trail'],
  { vkeys, isTrusted }: Pick<Keys, 'vkeys' | 'isTrusted'>,
  values: SealedJudge,
): Promise<Erasure[]> {
  const acts: Erasure[] = [];
  for await (const row of streamActs(beside, trailId, ['value.erased'])) {
    const seen = seenIfGood(entryOfRow(row, origin));
    const details = seen?.details();
    if (seen === null || details === undefined || !values.waitsFor(details)) continue;
    const signer = verifyAct(origin, seen.action, details, vkeys);
    if (signer !== null && isTrusted(seen.seq, signer)) acts.push({ seq: seen.seq, action: seen.action, details });
  }
  return acts;
}
