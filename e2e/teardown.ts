import fs from 'node:fs';

export default function teardown() {
  // the server is stopped after this: what it writes to in its last moments may stand in the way of the first try
  fs.rmSync(process.env.E2E_HOME as string, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
