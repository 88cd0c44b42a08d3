import type { Away } from '@/core/absence';
import type { Absence } from '@/features/trail/event-model';
import { formatCount } from '@/lib/format';

/** Whether a stub's hash is the one that was signed; `not proven`: it is below the signed size, and the tree leads nothing to the signed root there, in words. */
export type StubStanding = { state: 'sealed' | 'other' | 'not sealed' } | { state: 'not proven'; why: string };

/** A number that no row bears (SPEC §11). Isomorphic. */
export type AbsentEvent = {
  seq: number;
  /** The hashes that stand in its place, hex. `halves`: whether header and payload hash, with the event before, give that hash; `unknown`: that event is not here either. */
  stub: { headerHash: string; payloadHash: string; eventHash: string; standing: StubStanding; halves: 'fit' | 'other' | 'unknown' } | null;
  /** The act that says that it may be: signed by a key of ours, behind its own range, below the signed size. */
  act: (Away & { seq: number; policy: string | null }) | null;
};

/** What its page says: never that something was lost where an act tells of it, never that all is well where none does. Pure. */
export function absentWords({ seq, stub, act }: AbsentEvent): { sentence: string; lead: string } {
  const event = `Event ${formatCount(seq)}`;
  const by = act && `The act in event ${formatCount(act.seq)} says that`;
  const under = act?.policy ? `, under the policy “${act.policy}”` : '';
  const range = act && `${formatCount(act.from)} to ${formatCount(act.to - 1)}`;
  if (stub?.standing.state === 'other')
    return {
      sentence: `${event} is not here, and the hash in its place is not the one that was signed.`,
      lead: 'Do not repair anything. Verify the trail, and look for the event in bundles and backups.',
    };
  if (stub?.standing.state === 'not proven')
    return {
      sentence: `${event} is not here, and nothing shows that the hash in its place is the one that was signed.`,
      lead: `${stub.standing.why}. Do not repair anything.`,
    };
  if (stub && !act)
    return {
      sentence: `${event} was disposed of, and no act that counts says that it may be.`,
      lead: 'An act counts that a key of this trail signed, that lies behind its own range and below the signed size. Do not repair anything; verify the trail, and ask who had write access to the database.',
    };
  if (stub?.halves === 'other')
    return {
      sentence: `${event} is not here, and the hashes of its halves are not those of its hash.`,
      lead: 'Do not repair anything. Verify the trail, and look for the event in bundles and backups.',
    };
  if (stub && act) {
    const hash = stub.standing.state === 'sealed' ? 'Its hash is the one that was signed, so the chain goes on over it. ' : 'It is not sealed yet. ';
    const halves = stub.halves === 'fit' ? '' : 'The event before it is not here: those of its two halves are not checked. ';
    return {
      sentence: `${event} was disposed of. Its hashes stand here, what it said is gone.`,
      lead: `${by} up to ${formatCount(act.count)} of the events ${range} may be${under}. ${hash}${halves}That no more were than it counts, a verification of everything says.`,
    };
  }
  if (act)
    return {
      sentence: `${event} is archived: its row is not in the database any more.`,
      lead: `${by} the events ${range} may go${under}. What it said should be in the archive that the act names; that its hash stays in the signed tree, a verification says.`,
    };
  return {
    sentence: `${event} is missing from the database.`,
    lead: 'Numbers have no holes by design: each is given under a lock and written in the same transaction. Do not repair anything; look for the event in bundles and backups, and ask who held rights to delete.',
  };
}

/** The same beside a neighbour. Pure. */
export function absenceOf({ stub, act }: AbsentEvent): Absence {
  const hash = stub?.eventHash ?? null;
  const no = (word: string): Absence => ({ word, isLawful: false, hash });
  if (!stub) return act ? { word: 'archived', isLawful: true, hash } : no('missing');
  if (stub.standing.state === 'other') return no('another hash than was signed');
  if (stub.standing.state === 'not proven') return no('what was signed is not shown');
  if (!act) return no('gone, and no act says why');
  return stub.halves === 'other' ? no('halves of another event') : { word: 'disposed of', isLawful: true, hash };
}
