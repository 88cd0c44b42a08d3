// SPEC §8, STATE_UNLOGGED: how a run ended, in words that come out the same of its row and of the event that tells of it. `name`: by which the event names it, and no other.
import { isJsonObject, type JsonValue, parseJson } from './json';

export type RunEnd = { name: string; said: string };

/** Of a row it may be anything. */
type Said = JsonValue | undefined;
type Counts = { read?: Said; appended?: Said; duplicates?: Said; rejected?: Said };

const word = (said: Said) => said ?? '–';

export const verifiedEnd = (run: Said, kind: 'verify' | 'resource', trail: Said, state: Said): RunEnd => ({
  name: `run ${run}`,
  said: `${kind === 'verify' ? 'verification' : 'check of a resource'} of ${word(trail)}, ${word(state)}`,
});

/** @param by the user's id; the system's, `indelible`, where nobody asked for it */
export const importEnd = (run: Said, trail: string, by: string, { read, appended, duplicates, rejected }: Counts): RunEnd => ({
  name: `run ${run}`,
  said: `import into ${trail} by ${by}, read ${word(read)}, appended ${word(appended)}, duplicates ${word(duplicates)}, rejected ${word(rejected)}`,
});

export const bundleEnd = (bundle: Said, by: string, tagmanifest: Said): RunEnd => ({
  name: `bundle ${bundle}`,
  said: `bundle ${word(bundle)} by ${by}, tag manifest ${word(tagmanifest)}`,
});

/** Null of an event that tells of no run's end. @param trail in which the event stands */
export function runEndOf(event: { action: string; actorId: string; resourceType: string; resourceId: string; details: string }, trail: string): RunEnd | null {
  const { action, actorId, resourceType, resourceId, details } = event;
  const parsed = parseJson(details);
  const said = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
  switch (`${resourceType} ${action}`) {
    case 'run verification.finished':
      return verifiedEnd(resourceId, 'verify', trail, said.state);
    case 'run resource.verified':
      return verifiedEnd(resourceId, 'resource', said.trail, said.state);
    case 'trail import.finished':
      return importEnd(said.run, resourceId, actorId, said);
    case 'bundle bundle.created':
      return bundleEnd(resourceId, actorId, said.tagmanifest_sha256);
    default:
      return null;
  }
}
