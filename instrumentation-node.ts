import { setTimeout as sleep } from 'node:timers/promises';
import type { FirstAdmin } from './features/access/mutations/ensure-first-admin';
import { bootForServer } from './jobs/boot';
import { startDueActs } from './jobs/due-acts';
import { startRunner } from './jobs/runs';
import { startSealer } from './jobs/seal';
import { startScheduler } from './jobs/verify';
import { startTeller } from './jobs/waiting-acts';
import { setSignInEnv } from './lib/env';
import { AppError, errorForLog } from './lib/errors';
import { ensureSecret } from './lib/home';
import { log } from './lib/log';

/** The launcher (cli/start) runs in this process in another bundle, and takes the signals; `next dev` has no launcher. */
const shared = globalThis as { indelibleLauncher?: boolean; indelibleShutdown?: () => Promise<void> };

const PATIENCE_MS = 15_000;

/** Opens the database of this server process and starts what runs beside the screens. */
export async function start() {
  try {
    const { admin, host, isDue, stop } = await bootForServer('Indelible', (line) => log.info(line));
    const sayAdmin = ({ email, password }: FirstAdmin) => {
      if (password) console.log(`The first account: ${email}, password ${password} (shown this once)`);
    };
    if (admin) sayAdmin(admin);
    setSignInEnv(ensureSecret('nextauth.secret', 32).toString('hex'));
    const runner = startRunner();
    const sealer = startSealer();
    const scheduler = startScheduler();
    const teller = startTeller();
    const dueActs = isDue ? startDueActs(host, sayAdmin) : null;
    shared.indelibleShutdown = async () => {
      // first, so that they can still write what they hand back and what was signed; a database that never answers keeps nobody here, and the next start takes it up
      const handedBack = Promise.all([runner.stop(), sealer.stop(), scheduler.stop(), teller.stop(), dueActs?.stop()]).then(() => true);
      if (!(await Promise.race([handedBack, sleep(PATIENCE_MS, false)])))
        log.error('the database did not answer for 15 s: what was running is taken up at the next start');
      await stop();
    };
  } catch (error) {
    // Thrown from here, Next would stay up, answer 500 and boot again at every request.
    console.error(error instanceof AppError ? error.message : errorForLog(error));
    process.exit(1);
  }
  if (!shared.indelibleLauncher) stopWithSignals();
}

function stopWithSignals() {
  const stop = () => void shared.indelibleShutdown?.().finally(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
}
