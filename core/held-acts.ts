/**
 * SPEC §6 and §12, acts as they are met: which of them are signed by a key that is trusted, held until it is known which keys were stolen. An act excuses nothing that is signed by
 * a key which was stolen by then, whatever came to light later.
 */
import { isActAction, verifyAct } from './act';
import type { JsonObject } from './json';
import type { KeyLineage } from './key-lineage';
import type { SeenEvent } from './seen-event';
import type { Vkey } from './vkey';

export type SignedAct = { seq: number; action: string; details: JsonObject };

export class HeldActs {
  private readonly known = new Set<number>();
  private held: (SignedAct & { signer: Vkey })[] = [];

  constructor(
    private readonly origin: string,
    private readonly vkeys: readonly Vkey[],
    private readonly keys: KeyLineage,
  ) {}

  /** An event that may be an act, looked up before the walk comes to it. */
  lookedUp(seen: SeenEvent): void {
    if (this.meet(seen)) this.known.add(seen.seq);
  }

  /** An event of the walk. @returns whether it is an act that was not looked up before */
  meet(seen: SeenEvent): boolean {
    const { seq, action } = seen;
    if (!isActAction(action) || this.known.has(seq)) return false;
    const details = seen.details();
    this.keys.act(action, details);
    const signer = verifyAct(this.origin, action, details, this.vkeys);
    if (signer !== null) this.held.push({ seq, action, details, signer });
    return true;
  }

  get isEmpty(): boolean {
    return this.held.length === 0;
  }

  /** Those that count, by what is known of keys now; none is held any more. */
  release(): SignedAct[] {
    const released = this.held.filter(({ seq, signer }) => seq < this.keys.trustedTo(signer));
    this.held = [];
    return released;
  }
}
