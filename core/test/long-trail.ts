import type { BlockCounter } from '../block-counts';
import { CopyReader } from '../copy-row';
import { type EventRow, genesisHash, hashRow } from '../event';
import { canonicalJson } from '../jcs';
import type { ReadListed } from '../listed-notes';
import { digestOf } from '../merkle';
import { timeFromMicros } from '../postgres-time';
import { type ReadTile, TileTree } from '../tiles';
import { createTrailJudge, type TrailJudge } from '../trail-judge';
import type { TrailJudgeOptions } from '../trail-verdict';
import { makeLogKey, vkeyOf } from '../vkey';
import { copyStream } from './copy-stream';
import { binaryRow } from './good-chain';

export const ORIGIN = 'audit.example.com/main';
export const KEY = makeLogKey(Buffer.alloc(32, 1));
export const VKEY = vkeyOf(ORIGIN, KEY.publicKey);

const salt = (byte: number, seq: number) => {
  const bytes = Buffer.alloc(16, byte);
  bytes.writeUInt32BE(seq);
  return bytes;
};

const idOf = (seq: number) => `00000000-0000-4000-8000-${seq.toString(16).padStart(12, '0')}`;

/** A trail of many events that hold: a few actors, actions and addresses, an hour or so apart. `change` alters an event before it is hashed. */
export function longTrail(count: number, change: (row: EventRow) => Partial<EventRow> = () => ({})): EventRow[] {
  const rows: EventRow[] = [];
  let prevHash = genesisHash(ORIGIN);
  for (let seq = 0; seq < count; seq++) {
    const time = timeFromMicros(826_000_000_000_000n + BigInt(seq) * 97_000_001n);
    const first = {
      actorType: 'system',
      actorId: 'indelible',
      action: 'trail.created',
      details: canonicalJson({ hash_version: 1, log_vkey: VKEY, synthetic: false }),
    };
    const row: EventRow = {
      seq,
      id: idOf(seq),
      recordedAt: time,
      occurredAt: time,
      v: 1,
      headerSalt: salt(1, seq),
      actorType: ['user', 'service', 'admin'][seq % 3] as string,
      actorId: `u-${seq % 7}`,
      action: `thing.${['read', 'write', 'gone'][seq % 5] ?? 'seen'}`,
      resourceType: seq % 4 === 0 ? '' : 'thing',
      resourceId: `t-${seq % 11}`,
      outcome: ['success', 'failure', 'denied'][(seq >> 3) % 3] as string,
      payloadSalt: salt(2, seq),
      details: '{}',
      ipAddress: seq % 2 === 0 ? null : `192.0.2.${seq % 9}`,
      userAgent: null,
      requestId: null,
      sessionId: null,
      source: null,
      sourceEpoch: null,
      sourceSeq: null,
      sealed: null,
      redaction: null,
      ...(seq === 0 ? first : {}),
      prevHash,
      eventHash: Buffer.alloc(0),
    };
    Object.assign(row, change(row));
    row.eventHash = hashRow(ORIGIN, row);
    prevHash = row.eventHash;
    rows.push(row);
  }
  return rows;
}

/** Tiles and roots of a trail, as a sealer stores them. `tiles` may be tampered with. */
export function sealTrail(rows: readonly EventRow[]): { tiles: Map<string, Buffer>; readTile: ReadTile; roots: Buffer[] } {
  const tiles = new Map<string, Buffer>();
  const tree = new TileTree(({ level, n, hashes }) => tiles.set(`${level}/${n}`, Buffer.from(hashes)));
  const roots = [tree.rootBytes()];
  for (const { eventHash } of rows) {
    tree.push(digestOf(eventHash));
    roots.push(tree.rootBytes());
  }
  for (const { level, n, hashes } of tree.partialTiles()) tiles.set(`${level}/${n}`, hashes);
  return { tiles, readTile: (level, n) => tiles.get(`${level}/${n}`) ?? null, roots };
}

/** Walks rows as a database sends them, in chunks, drained after each. */
export async function walkTrail(
  rows: readonly EventRow[],
  { listed, ...options }: Partial<TrailJudgeOptions> & { counter?: BlockCounter; listed?: ReadListed },
  chunkBytes = 65_536,
): Promise<TrailJudge> {
  const judge = createTrailJudge({ origin: ORIGIN, ...options });
  if (listed !== undefined) judge.listed(listed);
  const stream = copyStream(rows.map(binaryRow));
  const reader = new CopyReader();
  for (let at = 0; at < stream.length; at += chunkBytes) {
    reader.push(stream.subarray(at, at + chunkBytes));
    for (let row = reader.next(); row !== null; row = reader.next()) judge.row(row);
    await judge.drain();
  }
  reader.end();
  return judge;
}
