import 'server-only';
import { verifyAct } from '@/core/act';
import { entryOfRow } from '@/core/chain-entry';
import { genesisHash, linkHash } from '@/core/event';
import { KeyLineage } from '@/core/key-lineage';
import { leafHash } from '@/core/merkle';
import { seenIfGood } from '@/core/seen-event';
import type { Vkey } from '@/core/vkey';
import { openSnapshot, type Snapshot } from '@/db/copy-out';
import { scopeOf, type TrailId } from '@/db/scope';
import { ownVkeys } from '@/features/sealing/log-key';
import { readSealFiles } from '@/features/trail/seal-state';
import type { AbsentEvent, StubStanding } from '../absent-event';
import { getSealedLeaf } from '../sealed-leaf';
import { streamActs } from './acts';
import { getBefore, getStub } from './stubs';

type Trail = { trailId: TrailId; origin: string };

/** Of a number that no row bears: what stands in its place, and the act that says that it may. */
export async function getAbsentEvent(trail: Trail, seq: number): Promise<AbsentEvent> {
  const { sealedSize } = readSealFiles(trail.origin);
  const snapshot = await openSnapshot({ scope: scopeOf(trail.trailId) });
  try {
    const stub = await getStub(snapshot, trail.trailId, seq);
    const act = await findAct(snapshot, trail, seq, stub === null ? 'archived' : 'disposed', sealedSize);
    if (stub === null) return { seq, stub, act };
    const standing = await standingOf(trail, seq, stub.eventHash);
    const before = seq === 0 ? genesisHash(trail.origin) : ((await getBefore(snapshot, trail.trailId, seq))?.eventHash ?? null);
    const areHalves = before !== null && linkHash(seq, before, stub.headerHash, stub.payloadHash).equals(stub.eventHash);
    const halves = before === null ? 'unknown' : areHalves ? 'fit' : 'other';
    const hex = (bytes: Buffer) => bytes.toString('hex');
    return { seq, stub: { headerHash: hex(stub.headerHash), payloadHash: hex(stub.payloadHash), eventHash: hex(stub.eventHash), standing, halves }, act };
  } finally {
    await snapshot.close();
  }
}

async function standingOf(trail: Trail, seq: number, eventHash: Buffer): Promise<StubStanding> {
  const sealed = await getSealedLeaf(trail, seq);
  if (sealed.state === 'broken') return { state: 'not proven', why: sealed.why };
  if (sealed.state === 'not sealed') return sealed;
  return { state: leafHash(eventHash).toString('hex') === sealed.leaf ? 'sealed' : 'other' };
}

const ACTIONS = { archived: 'partition.archived', disposed: 'events.disposed' } as const;

/** The first that counts, as core/trail-judge.ts judges it: one signed by a key that was stolen by then does not, though that is told later. */
async function findAct(snapshot: Snapshot, { trailId, origin }: Trail, seq: number, kind: keyof typeof ACTIONS, signed: number): Promise<AbsentEvent['act']> {
  let vkeys: readonly Vkey[] | null = null;
  let keys: KeyLineage | null = null;
  const acts: { act: NonNullable<AbsentEvent['act']>; signer: Vkey }[] = [];
  for await (const row of streamActs(snapshot, trailId, [ACTIONS[kind], 'key.compromised'])) {
    const seen = seenIfGood(entryOfRow(row, origin));
    if (seen === null) continue;
    vkeys ??= ownVkeys(origin);
    keys ??= new KeyLineage(origin, vkeys, []);
    const details = seen.details();
    keys.act(seen.action, details);
    const { from_seq: from, to_seq: to, count, policy } = details;
    if (seen.seq >= signed || !Number.isSafeInteger(from) || !Number.isSafeInteger(to) || !Number.isSafeInteger(count)) continue;
    const place = { kind, from: from as number, to: to as number, count: count as number };
    const isOfRange = place.from <= seq && seq < place.to && seen.seq >= place.to && (kind === 'disposed' || place.count === place.to - place.from);
    const signer = isOfRange && seen.action === ACTIONS[kind] ? verifyAct(origin, seen.action, details, vkeys) : null;
    if (signer !== null) acts.push({ act: { ...place, seq: seen.seq, policy: typeof policy === 'string' ? policy : null }, signer });
  }
  return acts.find(({ act, signer }) => act.seq < (keys as KeyLineage).trustedTo(signer))?.act ?? null;
}
