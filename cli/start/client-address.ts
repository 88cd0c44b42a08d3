import type { IncomingMessage } from 'node:http';

/**
 * Whence a request came, as far as that can be known: what a client says of itself in X-Forwarded-For is only believed as far as proxies of ours wrote it. Each proxy adds
 * at the end the address that it saw.
 *
 *   X-Forwarded-For: <whatever the client sent>, 203.0.113.9     from 127.0.0.1     one proxy → 203.0.113.9, none → 127.0.0.1
 *
 * @param proxies how many stand before us, one behind the other (INDELIBLE_PROXIES)
 */
export function clientAddress(
  { headers, socket }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } },
  proxies: number,
): string {
  const said = [headers['x-forwarded-for'] ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((part) => part.trim());
  const seen = [...said.filter((part) => part !== ''), plain(socket.remoteAddress ?? '')];
  return seen.at(-1 - proxies) ?? (seen[0] as string);
}

/** An IPv4 client of a socket that listens on both. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/, '');
