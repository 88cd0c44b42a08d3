import net from 'node:net';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';

export type Database = PostgresJsDatabase<Record<string, never>>;

/** json (not jsonb) stays text: its bytes are what was hashed. */
const asText = { to: 114, from: [114], serialize: (value: unknown) => value, parse: (value: unknown) => value };

/**
 * A pool of postgres.js. Connections come back by themselves after the server was away; what was under way is rejected.
 * A pooler in transaction mode needs `?prepare=false` at the end of the address (postgres.js reads it from there).
 * @param onConnected told each TCP socket that stands, where the address names one host; not those of files
 */
export function openPool(url: string, max: number, onConnected: (socket: net.Socket) => void = () => {}): Sql {
  return postgres(url, {
    max,
    connect_timeout: 10,
    ...promptSocket(url, onConnected),
    // asked of each new connection and of no use here, as arrays are handed over as text; its failure would be rejected to nobody
    fetch_types: false,
    onnotice: () => {},
    types: { json: asText } as never,
    // TimeZone: a timestamp read as text is printed in the session's zone, and the server's default is anybody's
    connection: { TimeZone: 'UTC', application_name: 'indelible' },
  });
}

/**
 * Sockets that send at once what is written. postgres.js leaves Nagle's algorithm on: the end of a COPY, or a statement behind another, then waits for the server's delayed
 * acknowledgement of what is before it, 40 ms each time. Startup is written before the connection stands; Node keeps it until then. Of several hosts postgres.js chooses itself.
 */
function promptSocket(
  url: string,
  onConnected: (socket: net.Socket) => void,
): { socket?: (options: { host: string[]; port: number[]; path?: string | false }) => net.Socket } {
  if (url.includes(',')) return {};
  return {
    socket({ host: [host], port: [port], path }) {
      if (path) return net.connect({ path });
      const socket = net.connect({ host, port: port as number, noDelay: true });
      socket.once('connect', () => onConnected(socket));
      return Object.assign(socket, { host, port }); // its errors and TLS ask the socket for these
    },
  };
}

/** Drizzle over a pool of its own: it changes the parsers and serialisers of the client it is given (timestamps become text). */
export function openDatabase(url: string, max: number): { db: Database; sql: Sql } {
  const sql = openPool(url, max);
  return { db: drizzle(sql), sql };
}
