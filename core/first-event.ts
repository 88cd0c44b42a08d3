/** SPEC §8: event 0 is the system's `trail.created` {hash_version, log_vkey, synthetic}, the key one of this origin. */
import { isJsonObject, type JsonObject, parseJson } from './json';
import { parseVkey } from './vkey';

/** Null, or the member at fault. Both texts are known to be an event's halves. */
export function checkFirstEvent(origin: string, headerText: string, payloadText: string): string | null {
  const header = objectOf(headerText);
  const details = objectOf(payloadText).details ?? null;
  if (header.action !== 'trail.created') return 'action';
  if (header.actor_type !== 'system') return 'actor_type';
  if (header.actor_id !== 'indelible') return 'actor_id';
  if (!isJsonObject(details) || details.hash_version !== 1) return 'details.hash_version';
  if (typeof details.synthetic !== 'boolean') return 'details.synthetic';
  if (typeof details.log_vkey !== 'string' || parseVkey(details.log_vkey)?.name !== origin) return 'details.log_vkey';
  return null;
}

function objectOf(text: string): JsonObject {
  const parsed = parseJson(text);
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
}
