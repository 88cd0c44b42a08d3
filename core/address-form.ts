/**
 * The one form of an address (SPEC §2, row ip): a dotted quad without leading zeros, or RFC 5952 §4: lower case, no leading zeros, `::` for the longest run of two
 * or more zero groups and the first of equal ones. The mixed notation has no place; what maps an IPv4 address (::ffff:0:0/96) is written as that address.
 */
const QUAD = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

export function isCanonicalAddress(text: string): boolean {
  if (QUAD.test(text)) return true;
  const groups = parseGroups(text);
  return groups !== null && !isMappedIpv4(groups) && formatGroups(groups) === text;
}

const isMappedIpv4 = (groups: number[]) => groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);

/** Eight groups of an IPv6 text without mixed notation, in any spelling of its hex; null where it is none. */
function parseGroups(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[]?];
  const given = [...head, ...(tail ?? [])];
  if (!given.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  if (tail === undefined ? given.length !== 8 : given.length > 7) return null;
  const zeros = new Array<string>(8 - given.length).fill('0');
  return [...head, ...zeros, ...(tail ?? [])].map((group) => Number.parseInt(group, 16));
}

function formatGroups(groups: number[]): string {
  let [start, length] = [0, 0];
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && groups[i + run] === 0) run++;
    if (run > length) [start, length] = [i, run];
  }
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}
