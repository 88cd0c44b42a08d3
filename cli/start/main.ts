import type { FirstAdmin } from '@/features/access/mutations/ensure-first-admin';
import { setPartProgram } from '@/features/verification/part-program';
import { bootForServer } from '@/jobs/boot';
import { env, setEnv, setEnvDefault, setSignInEnv } from '@/lib/env';
import { AppError, errorForLog } from '@/lib/errors';
import { ensureHost, ensureSecret } from '@/lib/home';
import { watchParent } from '../parent';
import { fillDemoAndSay } from './fill-demo';
import { ensureScreens } from './screens';
import { checkPort, serve } from './serve';

const say = (line: string) => console.log(line);

/** What instrumentation-node.ts leaves for the launcher, which runs in the same process but in another bundle. */
const shared = globalThis as { indelibleLauncher?: boolean; indelibleShutdown?: () => Promise<void> };

/** `npm start`, and with --demo `npm run demo`: builds when needed, starts the database, migrates, makes what is missing, serves, and says where and how to sign in. */
export async function main(args: string[]) {
  shared.indelibleLauncher = true;
  try {
    await start(args.includes('--demo'));
  } catch (error) {
    console.error(error instanceof AppError ? error.message : JSON.stringify(errorForLog(error), null, 2));
    if (error instanceof AppError && error.cause) console.error('because:', JSON.stringify(errorForLog(error.cause)));
    await shutdown();
    process.exit(2);
  }
}

async function start(isDemo: boolean) {
  if (isDemo) {
    setEnv({ INDELIBLE_HOST: 'demo.invalid' });
    setEnvDefault('INDELIBLE_HOME', '.indelible-demo');
  }
  const { PORT, INDELIBLE_URL } = env(); // every mistake is named before anything is done
  stopWithSignals();
  ensureHost();
  await checkPort(PORT);
  await ensureScreens(process.cwd(), say);

  const boot = await bootForServer(isDemo ? 'npm run demo' : 'npm start', say);
  shared.indelibleShutdown = boot.stop;
  setSignInEnv(ensureSecret('nextauth.secret', 32).toString('hex'));
  if (boot.admin) sayAccount(boot.admin); // at once: whatever stops us later, nobody could say it again
  if (isDemo && !(await fillDemoAndSay(say, stopping.signal))) return;
  setPartProgram(new URL('./verify-part.mjs', import.meta.url));
  await boot.close(); // the web server opens its own connections to the same server
  const { close } = await serve(process.cwd(), PORT);
  closeServer = close;
  say(`\nIndelible runs at ${INDELIBLE_URL}`);
  if (boot.admin) sayAccount(boot.admin);
  else say('Sign in with your account; the first one was named when it was made.');
}

function sayAccount({ email, password }: FirstAdmin) {
  say(
    `Sign in as ${email} with ${password ? `the password ${password} (made now, and not shown again: note it down)` : 'the password of INDELIBLE_ADMIN_PASSWORD'}`,
  );
}

let closeServer: (() => Promise<void>) | undefined;
let isStopping = false;
const stopping = new AbortController();

function stopWithSignals() {
  const stop = (why: string) => {
    if (isStopping) return;
    isStopping = true;
    stopping.abort();
    say(`${why}: stopping …`);
    void shutdown().finally(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  watchParent(() => stop('npm is gone'));
}

/** The doors first, then what works behind them, the database last. */
async function shutdown() {
  await closeServer?.().catch((error) => console.error(errorForLog(error)));
  await shared.indelibleShutdown?.().catch((error) => console.error(errorForLog(error)));
}
