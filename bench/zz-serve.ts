// a scratch server that stays: prints owner url, login url; runs until killed
import fs from 'node:fs';
import path from 'node:path';
import { startEmbeddedPostgres } from '@/db/embedded-postgres';
import { migrateDatabase } from '@/db/migrate';

const root = process.argv[2] as string;
fs.mkdirSync(path.join(root, 'home'), { recursive: true });
fs.chmodSync(root, 0o755);
const server = await startEmbeddedPostgres({ root: path.join(root, 'server'), port: Number(process.argv[3]) });
const url = new URL(server.url);
url.username = 'indelible_login';
await migrateDatabase({ url: url.href, ownerUrl: server.url, isEmbedded: true });
fs.writeFileSync(path.join(root, 'urls.json'), JSON.stringify({ owner: server.url, login: url.href }));
console.log(process.pid, server.url, url.href);
process.on('SIGTERM', async () => {
  await server.stop();
  process.exit(0);
});
setInterval(() => {}, 1e6);
