import net from 'node:net';
import os from 'node:os';
import { openPool } from './client';

/** Where a database server is, by a connection that was made: what the address in a setting looks like says little. */
export type ServerPlace = {
  /** The other end of our own connection, as our kernel has it; null of a socket that is no TCP. */
  remote: string | null;
  /** Our end of it. */
  local: string | null;
  /** The address at which the server says that it was reached; null where it says none, or was not asked. */
  said: string | null;
};

/** Makes a connection of its own and asks one question. @throws what a connection throws */
export async function findServerPlace(url: string): Promise<ServerPlace> {
  let seen: Omit<ServerPlace, 'said'> = { remote: null, local: null };
  const sql = openPool(url, 1, (socket) => {
    seen = { remote: socket.remoteAddress ?? null, local: socket.localAddress ?? null };
  });
  try {
    const [row] = await sql<{ said: string | null }[]>`select pg_catalog.host(pg_catalog.inet_server_addr()) as said`;
    return { ...seen, said: row?.said ?? null };
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** Addresses of this machine. */
export const ownAddresses = (): string[] =>
  Object.values(os.networkInterfaces())
    .flat()
    .flatMap((one) => (one ? [one.address] : []));

/**
 * Whether it is shown that the server runs on another machine: the connection goes to an address that is none of ours, and the server says that it was reached at that very one. Of
 * a socket, a tunnel, a pooler and a translated address nothing is shown. Pure.
 */
export function isElsewhere({ remote, local, said }: ServerPlace, own: readonly string[]): boolean {
  if (remote === null || local === null || said === null) return false;
  const [there, here, named] = [plain(remote), plain(local), plain(said)];
  if (there === null || there === here || there !== named) return false;
  return !isLoopback(there) && !own.some((address) => plain(address) === there);
}

/** Without a zone, and one form for each address; null for what is none. */
function plain(address: string): string | null {
  const text = address.replace(/%.*$/, '');
  if (net.isIPv4(text)) return text;
  if (!net.isIPv6(text)) return null;
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1); // RFC 5952, so that two texts of one address are one
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (!mapped) return canonical;
  const [high, low] = [Number.parseInt(mapped[1] as string, 16), Number.parseInt(mapped[2] as string, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

const isLoopback = (address: string) => address.startsWith('127.') || address.startsWith('0.') || address === '::1' || address === '::';
