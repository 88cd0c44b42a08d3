import type { EventLine } from './event-model';
import type { EventKind } from './kind';
import type { FieldAt } from './resource-state';

// What the screens of resources draw. Isomorphic, types only.

export type ResourceKey = { type: string; id: string };
export type ResourceLine = ResourceKey & { lastSeq: number; lastAt: string; lastActorType: string; lastActorId: string; lastAction: string };
export type ResourcePage = { rows: ResourceLine[]; hasPrevious: boolean; hasNext: boolean };
/** `isExact` false: changes and denied are of its newest events only. `events` is always exact. */
export type ResourceCounts = ResourceKey & { events: number; changes: number; denied: number; isExact: boolean };

export type ResourceEvent = EventLine & { kind: EventKind; words: string; changed: string[] };
export type ResourceEventPage = { rows: ResourceEvent[]; hasOlder: boolean };

export type ResourceActor = { actorType: string; actorId: string; reads: number; changes: number; denied: number; others: number; lastAt: string };
export type ResourceFacts = {
  events: number;
  /** false: of the newest events only, as many as `events` says. */
  isExact: boolean;
  first: { seq: number; occurredAt: string; action: string } | null;
  actors: ResourceActor[];
};
/** Whether reads and changes of this type of resource were ever recorded; `looked` events of the type were looked at, all of them if `isWhole`. */
export type KindsRecorded = { reads: boolean; changes: boolean; looked: number; isWhole: boolean };
export type ResourceState = { fields: FieldAt[]; a: string; b: string; changes: number; isWhole: boolean };
/** By the end of the gap (`to`): events of other resources of the type meanwhile, counted up to `cap`. */
export type GapCounts = { cap: number; others: Record<string, number> };
