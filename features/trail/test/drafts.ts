// Drafts for tests of whatever appends.
import type { JsonValue } from '@/core/json';
import { normaliseDraft } from '@/core/normalise';
import type { Draft } from '../mutations/draft';

let made = 0;

/** One ordinary draft as an API would hand it in; members given replace its own. @throws where it is refused */
export function apiDraft(members: Record<string, unknown> = {}, source: string | null = null): Draft {
  made++;
  const text = JSON.stringify({
    occurred_at: '2026-11-20T10:00:00.123456Z',
    actor_type: 'user',
    actor_id: `u-${made % 7}`,
    action: 'invoice.read',
    resource_type: 'invoice',
    resource_id: `inv-${made}`,
    outcome: 'success',
    ip_address: '192.0.2.7',
    details: { n: made, text: 'a "quoted" \\ text, é and 😀' },
    ...members,
  } satisfies Record<string, JsonValue | unknown>);
  const normalised = normaliseDraft(text, { kind: 'api', source });
  if (!normalised.ok) throw new Error(`${normalised.error}: ${normalised.message}`);
  return { draft: normalised.draft, macBytes: normalised.canonical, redact: true };
}

export const apiDrafts = (count: number, members: Record<string, unknown> = {}): Draft[] => Array.from({ length: count }, () => apiDraft(members));
