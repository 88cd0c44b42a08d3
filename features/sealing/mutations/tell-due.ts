import { log } from '@/lib/log';
import { tellAdoption } from './tell-adoption';
import { tellRebuilt } from './tell-rebuilt';

const DUE = { 'an adoption of a guard': tellAdoption, 'a rebuilding of tiles': tellRebuilt };

// Why, by trail and act, as it was said last: the sealer tries after every seal.
const said = new Map<string, string>();

/** Records what was done to what is signed of a trail and was not recorded yet. For who has something else to do: what is due stays due, and is said in the log, once for each reason. */
export async function tellDue(trail: { origin: string }): Promise<void> {
  for (const [what, tell] of Object.entries(DUE)) {
    const key = `${what} ${trail.origin}`;
    try {
      await tell(trail);
      said.delete(key);
    } catch (err) {
      const reason = String(err);
      if (said.get(key) !== reason) log.warn({ err, origin: trail.origin }, `${what} could not be recorded yet; it will be tried again`);
      said.set(key, reason);
    }
  }
}
