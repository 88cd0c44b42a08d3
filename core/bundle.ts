/**
 * SPEC §10: the texts of an evidence bundle, a BagIt 1.0 bag (RFC 8493) in a zip of one folder. Every text ends its lines with LF alone and names paths in ASCII.
 *
 *   evidence-<alias>-<id>/  tag files, manifest-sha256.txt over data/, tagmanifest-sha256.txt over the other tag files, data/…
 */
import type { Filter } from './filter';
import { canonicalJson } from './jcs';
import type { JsonValue } from './json';

/** RFC 8493 §2.1.1: exactly two lines. */
export const BAGIT_TEXT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

export const MANIFEST = 'manifest-sha256.txt';
export const TAG_MANIFEST = 'tagmanifest-sha256.txt';

/** The one folder of the zip. `alias` as trails have them, `id` the bundle's uuid. */
export function bundleFolder(alias: string, id: string): string {
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(alias) || !/^[0-9a-f-]+$/.test(id)) throw new TypeError(`no folder name in ASCII: ${alias}, ${id}`);
  return `evidence-${alias}-${id}`;
}

export type BagInfo = {
  bundleId: string;
  origin: string;
  level: 'proven' | 'asserted' | 'selection';
  /** `[from,to)` */
  from: number;
  to: number;
  /** A time in hashed form; the bag's date is its day. */
  createdAt: string;
  /** Of the files under data/. */
  payloadBytes: number;
  payloadFiles: number;
  /** Such as `Indelible 0.1.0`. */
  software: string;
};

/** bag-info.txt: the reserved labels of RFC 8493 §2.2.2 that say something here. */
export function bagInfoText(info: BagInfo): string {
  const lines: [string, string][] = [
    ['External-Identifier', info.bundleId],
    ['External-Description', `Events ${info.from} to ${Math.max(info.from, info.to - 1)} of ${info.origin}, level ${info.level}`],
    ['Bagging-Date', info.createdAt.slice(0, 10)],
    ['Payload-Oxum', `${info.payloadBytes}.${info.payloadFiles}`],
    ['Bag-Software-Agent', info.software],
  ];
  return lines.map(([label, value]) => `${label}: ${oneLine(value)}\n`).join('');
}

// a line break in a value would begin another label
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not stand there
const oneLine = (value: string) => value.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ');

/** What a file of the bag is: its path under the folder, and the lower-case hex of its SHA-256. */
export type BagFile = { path: string; sha256: string };

/** manifest-sha256.txt: what `sha256sum -c` reads, for everything under data/. */
export const manifestText = (files: BagFile[]): string => sumLines(files.filter(({ path }) => path.startsWith('data/')));

/** tagmanifest-sha256.txt: for every other file, but for itself and the note over it. */
export const tagManifestText = (files: BagFile[]): string => sumLines(files.filter(({ path }) => !path.startsWith('data/') && !path.startsWith(TAG_MANIFEST)));

const sumLines = (files: BagFile[]) =>
  files
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
    .join('');

export type BundleQuery = {
  /** The origin. */
  trail: string;
  /** `[from,to)` */
  from: number;
  to: number;
  /** null: none was asked, every event of the range. */
  filter: Filter | null;
  /** The period that the reader asked for, which the range covers; times in hashed form, zone an IANA name. */
  time: { axis: 'recorded_at' | 'occurred_at'; from: string | null; to: string | null; zone: string } | null;
  completeness: 'proven' | 'asserted' | 'selection';
  /** Ascending. */
  matched: number[];
  /** Events of the trail in the range. */
  inRange: number;
  catalogueSha256: string | null;
};

/** data/query.json: canonical JSON and a newline. Its members are put together by hand, since `matched` may hold millions. */
export function queryText({ matched, ...query }: BundleQuery): string {
  const [before, after] = queryFrame({ ...query, matched: matched.length });
  return `${before}${matched.join(',')}${after}`;
}

/** The same around the numbers of `matched`, which the caller writes between the two texts, ascending, with commas. `matched`: how many they are. */
export function queryFrame(query: Omit<BundleQuery, 'matched'> & { matched: number }): [before: string, after: string] {
  const { trail, from, to, filter, time, completeness, matched, inRange, catalogueSha256 } = query;
  const before = `{"catalogue_sha256":${canonicalJson(catalogueSha256)},"completeness":${canonicalJson(completeness)},"counts":{"in_range":${inRange},"matched":${matched}},"filter":${canonicalJson(filter as JsonValue)},"matched":[`;
  return [before, `],"range":{"from_seq":${from},"to_seq":${to}},"time":${canonicalJson(time)},"trail":${canonicalJson(trail)}}\n`];
}

// The order of SPEC §10; a pattern's files stand by name.
const ORDER: readonly (string | RegExp)[] = [
  'bagit.txt',
  'bag-info.txt',
  'README.txt',
  'verify.html',
  'verify.mjs',
  MANIFEST,
  TAG_MANIFEST,
  `${TAG_MANIFEST}.note`,
  'data/events.jsonl',
  'data/query.json',
  'data/proof/multiproof.json',
  'data/checkpoint/checkpoint',
  'data/checkpoint/checkpoint.cosigned',
  /^data\/checkpoint\/[\w.-]+\.tsr$/,
  'data/checkpoint/tsa-chain.pem',
  /^data\/checkpoint\/older\/[\w.-]+\.json$/,
  'data/keys/vkeys.txt',
  'data/keys/log.pem',
  'data/keys/bundle-key.json',
  'data/sample.json',
  'data/report.pdf',
  'data/report.csv',
  'data/report.html',
];

const placeOf = (path: string) => ORDER.findIndex((entry) => (typeof entry === 'string' ? entry === path : entry.test(path)));

/** The order in which a bundle's files stand in its zip. Throws for a path that no bundle has, and for one that stands there twice. */
export function zipOrder(paths: string[]): string[] {
  const lower = new Set<string>();
  for (const path of paths) {
    if (placeOf(path) < 0) throw new TypeError(`no file of a bundle: ${path}`);
    if (lower.has(path.toLowerCase())) throw new TypeError(`twice in the bundle: ${path}`);
    lower.add(path.toLowerCase());
  }
  return paths.toSorted((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
}
