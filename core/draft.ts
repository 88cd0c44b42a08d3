/** SPEC §2: what a source hands in, and what of it is hashed. */
import type { JsonObject } from './json';

export const ACTOR_TYPES = ['user', 'service', 'system', 'admin'] as const;
export type ActorType = (typeof ACTOR_TYPES)[number];

export const OUTCOMES = ['success', 'failure', 'denied'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A draft in its hashed forms: null is a member that the event leaves out (id: the server makes one). */
export type NormalisedDraft = {
  id: string | null;
  occurredAt: string;
  actorType: ActorType;
  actorId: string;
  action: string;
  resourceType: string;
  resourceId: string;
  outcome: Outcome;
  details: JsonObject;
  ipAddress: string | null;
  userAgent: string | null;
  requestId: string | null;
  sessionId: string | null;
  source: string | null;
  sourceEpoch: string | null;
  sourceSeq: number | null;
};

/**
 * The door a draft came in by. `api`: refuses what breaks a rule; `source` is the key's (null: a door without one, the draft's own stands). `import` (also relay
 * and queue): never loses a record for a value; `receivedAt` in the 27-character form stands in for a time that is none, `sourceKey` makes the id of a record
 * that brings none. `system`: our own events, to which reserved names and the actor system/indelible belong.
 */
export type Door =
  | { kind: 'api'; source: string | null }
  | { kind: 'import'; format: string; source: string | null; receivedAt: string; sourceKey?: string }
  | { kind: 'system' };

/** The members of a draft, by their names in JSON. */
export const DRAFT_MEMBERS: ReadonlySet<string> = new Set(
  `id occurred_at actor_type actor_id action resource_type resource_id outcome details
   ip_address user_agent request_id session_id source source_epoch source_seq`.split(/\s+/),
);

/** Members of `details` that only we write. */
export const RESERVED_DETAILS: ReadonlySet<string> = new Set('ip_raw user_agent_cut source_id legacy occurred_raw changed_at_import act'.split(' '));

/** SPEC §12: actions of the system's events and acts, refused from every source. */
export const RESERVED_ACTIONS: ReadonlySet<string> = new Set(
  `trail.created clock.rolled_back clock.apart clock.checked id.conflict key.certified checkpoint.anchored import.sealed verification.finished
   event.rejected source.started source.dropped capture.changed value.revealed sample.committed sample.frozen bundle.created
   events.disposed partition.archived value.erased key.rotated key.compromised`.split(/\s+/),
);

/** Limits in bytes of UTF-8, and levels of `details` (itself 1; arrays count, scalars do not). */
export const LIMITS = { id: 512, action: 128, userAgent: 1024, draft: 256 * 1024, depth: 64 } as const;
