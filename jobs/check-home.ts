import { listTrails } from '@/features/access/queries';
import { AppError } from '@/lib/errors';
import { home, readSecret } from '@/lib/home';

/**
 * Do this database and this home belong together? A key that is missing must not be made anew: the chain's head would look forged, and the trail's own key would be another.
 * @throws AppError HOST_OTHER, KEY_MISSING
 */
export async function checkHome(host: string) {
  const trails = await listTrails();
  const foreign = trails.find((t) => t.origin !== `${host}/${t.alias}`);
  if (foreign) {
    throw new AppError('HOST_OTHER', {
      hint: `the database holds ${foreign.origin}, but ${home()} belongs to ${host}: choose the home or the database that belongs to it`,
    });
  }
  if (trails.length === 0) return;
  const missing = ['head-mac.key', 'draft-mac-1.key', ...trails.map((t) => `${t.alias}.key`)].filter((name) => !readSecret(name));
  if (missing.length) {
    throw new AppError('KEY_MISSING', {
      hint: `the database has trails whose keys are not in ${home()}/keys: ${missing.join(', ')}. Put them back from the backup of INDELIBLE_HOME; nothing is made anew, since a new key would not fit`,
    });
  }
}
