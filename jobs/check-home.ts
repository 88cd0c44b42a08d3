import { listForeignTrails, listTrails } from '@/features/access/queries';
import { seedFault } from '@/features/trail/log-seed';
import { ownOrigin } from '@/features/trail/mutations/record-act';
import { refusalAdvice } from '@/features/trail/refusal-words';
import { AppError } from '@/lib/errors';
import { home, readSecret } from '@/lib/home';

/** Without these nothing can be appended to any trail. */
const OF_ALL = ['head-mac.key', 'draft-mac-1.key'];

/**
 * Do this database and this home belong together? A key that is missing must not be made anew: the chain's head would look forged, and the trail's own key would be another.
 * @returns a sentence for each trail that has no key to sign with: it takes no event, and keeps no other from its own
 * @throws AppError HOST_OTHER; KEY_MISSING and KEY_UNREAD where nothing could work
 */
export async function checkHome(host: string): Promise<string[]> {
  const trails = await listTrails();
  const [foreign] = await listForeignTrails();
  if (foreign && trails.length === 0) {
    throw new AppError('HOST_OTHER', {
      hint: `the database holds ${foreign.origin}, but ${home()} belongs to ${host}: choose the home or the database that belongs to it`,
    });
  }
  if (trails.length === 0) return [];
  const keyless = trails.map(({ alias, origin }) => ({ alias, origin, fault: seedFault(origin) })).filter(({ fault }) => fault !== null);
  const own = keyless.find(({ origin }) => origin === ownOrigin())?.fault; // nothing happens in the product that its own trail does not take
  const missing = OF_ALL.filter((name) => !readSecret(name));
  if (missing.length > 0 || own) {
    const faults = [
      ...(missing.length > 0 ? [`the database has trails whose keys are not in ${home()}/keys: ${missing.join(', ')}`] : []),
      ...(own ? [own] : []),
    ];
    throw new AppError(missing.length > 0 || own?.includes('missing') ? 'KEY_MISSING' : 'KEY_UNREAD', {
      hint: `${faults.join('; ')}. Put back what belongs to this database from the backup of INDELIBLE_HOME; nothing is made anew, since a new key would not fit`,
    });
  }
  return keyless.map(({ alias, fault }) => `The trail ${alias} is not sealed and takes no event: ${fault}. ${refusalAdvice(fault ?? '', alias)}`);
}
