import { ensureScreens } from './screens';

/** `npm run build`: the screens; the launcher has made the bundle of the command line already. */
export async function main() {
  await ensureScreens(process.cwd(), console.log).catch((error) => {
    console.error(error.message);
    process.exit(2);
  });
}
