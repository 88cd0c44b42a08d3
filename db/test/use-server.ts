// A process of its own that uses the database of INDELIBLE_HOME: prints what it says and, as one line of JSON, the addresses; stops at the end of its input.
import { migrateDatabase } from '../migrate';
import { acquireServer } from '../server';

const [role, name] = process.argv.slice(2) as ['server' | 'command', string];
const server = await acquireServer({ role, name, say: (line) => console.log(line) });
await migrateDatabase(server);
console.log(JSON.stringify(server));
process.stdin.on('end', () => server.stop().then(() => process.exit(0))).resume();
