/**
 * SPEC §2, row ip. Hashed form: a dotted quad, or an IPv6 address in the form of RFC 5952 (lower case, the longest run of two or more zero groups as `::`, the
 * first of equal ones) without mixed notation. An IPv4-mapped address is the IPv4 address.
 */

const QUAD = /^(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(?:\.(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])){3}$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;

/**
 * The one form of an address, or null where the text is no bare address: zone, port, brackets, prefix length, leading zeros in a quad, space, a host name.
 * A text is in hashed form if and only if it comes back unchanged.
 */
export function normaliseIp(text: string): string | null {
  if (QUAD.test(text)) return text;
  if (text.length < 2 || text.length > 45 || !text.includes(':')) return null;
  const groups = ipv6Groups(text);
  if (groups === null) return null;
  if (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) return quadOf(groups[6] as number, groups[7] as number);
  return printIpv6(groups);
}

/** Eight numbers below 2^16, or null. */
function ipv6Groups(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] as string, halves.length === 1);
  if (halves.length === 1) return head !== null && head.length === 8 ? head : null;
  const tail = groupsOf(halves[1] as string, true);
  if (head === null || tail === null || head.length + tail.length > 7) return null; // `::` stands for one group at least
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function groupsOf(text: string, mayEndInQuad: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else if (mayEndInQuad && i === parts.length - 1 && QUAD.test(part)) {
      const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
      groups.push(a * 256 + b, c * 256 + d);
    } else return null;
  }
  return groups;
}

const quadOf = (high: number, low: number) => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;

function printIpv6(groups: number[]): string {
  let from = -1;
  let length = 1; // a run of one is written out
  for (let i = 0; i < 8; ) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) {
      from = i;
      length = end - i;
    }
    i = end + 1;
  }
  const hex = groups.map((group) => group.toString(16));
  return from < 0 ? hex.join(':') : `${hex.slice(0, from).join(':')}::${hex.slice(from + length).join(':')}`;
}
