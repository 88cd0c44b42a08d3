// Runs after `npm ci`. The PostgreSQL driver (postgres 3.4.9) writes to a connection that has closed meanwhile and throws from a timer, where nobody can catch it: a
// command dies with a stack trace, and in the server the statement is never answered. https://github.com/porsager/postgres/issues/1208, open at this version.
// Here the statement is rejected with CONNECTION_CLOSED, as every other statement of a closed connection is. To be deleted with the first version that does it itself.
import fs from 'node:fs';
import path from 'node:path';

const FAULT = /function nextWrite\(fn\) \{\r?\n(\s*)const x = socket\.write\(/;
const GUARD = `if (socket === null) {
      const closed = Errors.connection('CONNECTION_CLOSED', options)
      query && queryError(query, closed)
      while (sent.length) queryError(sent.shift(), closed)
      return chunk = nextWriteTimer = query = null
    }`;

const driver = path.resolve(import.meta.dirname, '../node_modules/postgres');
for (const name of ['src/connection.js', 'cjs/src/connection.js']) {
  const file = path.join(driver, name);
  const text = fs.readFileSync(file, 'utf8');
  if (text.includes(GUARD)) continue;
  if (!FAULT.test(text)) throw new Error(`${name} of postgres is not the text that scripts/mend-postgres.mjs mends: is the mend still needed?`);
  const mended = text.replace(FAULT, (found, indent) => found.replace('const x', `${GUARD}\n${indent}const x`));
  fs.writeFileSync(`${file}.mended`, mended);
  fs.renameSync(`${file}.mended`, file); // not in place: package stores share files between projects by hard links
}
