import { type JsonObject, type JsonValue, newObject } from '@/core/json';
import { normaliseDraft } from '@/core/normalise';
import type { Draft } from './draft';

export type SystemEvent = {
  action: string;
  /** A UUID that stays the same however often it is told: the second time it is a duplicate. Absent: one is made. */
  id?: string | undefined;
  /** The 27-character time. */
  occurredAt: string;
  /** Absent: the system itself. */
  actor?: { type: 'user' | 'admin'; id: string } | undefined;
  resourceType: string;
  resourceId: string;
  outcome?: 'success' | 'failure' | 'denied' | undefined;
  details: Record<string, JsonValue | undefined>;
  ipAddress?: string | null | undefined;
  userAgent?: string | null | undefined;
  sessionId?: string | null | undefined;
};

/** A draft of our own: actor system/indelible unless a person acts, reserved names allowed, not redacted (SPEC §4, §12). @throws TypeError where it breaks a rule */
export function systemDraft(event: SystemEvent): Draft {
  const draft = newObject();
  if (event.id) draft.id = event.id;
  draft.occurred_at = event.occurredAt;
  draft.actor_type = event.actor?.type ?? 'system';
  draft.actor_id = event.actor ? event.actor.id : 'indelible';
  draft.action = event.action;
  draft.resource_type = event.resourceType;
  draft.resource_id = event.resourceId;
  draft.outcome = event.outcome ?? 'success';
  draft.details = members(event.details);
  if (event.ipAddress) draft.ip_address = event.ipAddress;
  if (event.userAgent) draft.user_agent = event.userAgent;
  if (event.sessionId) draft.session_id = event.sessionId;
  const normalised = normaliseDraft(draft, { kind: 'system' });
  if (!normalised.ok) throw new TypeError(`${event.action} is no event: ${normalised.error}: ${normalised.message}`);
  // told again, it has another time: what its own id stands for is the same
  return { draft: normalised.draft, macBytes: event.id ? `${event.action}\n${event.id}` : normalised.canonical, redact: false };
}

/** What is undefined is left out. */
function members(details: Record<string, JsonValue | undefined>): JsonObject {
  const out = newObject();
  for (const [name, value] of Object.entries(details)) if (value !== undefined) out[name] = value;
  return out;
}
