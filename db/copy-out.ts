import net from 'node:net';
import pg from 'pg';
import { CopyFrames, MOST_WAITING } from './copy-frames';
import { noTimeouts } from './no-timeouts';
import { runtime } from './runtime';
import { type Scope, scopeSetting } from './scope';
import { slabSocket } from './slab-socket';

export type CopyFormat = 'binary' | 'text' | 'csv';

/** Several reads and copies on ONE state of the trail. All as the reader, within the scope. */
export type Snapshot = {
  /** bigint as number, json and timestamptz as text, bytea as Buffer, other types as `pg` gives them. Of several statements in one text the rows of all. */
  query: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
  /** COPY (query) TO STDOUT in chunks that are NOT aligned to rows. Leaving early ends the snapshot. @param query trusted SQL without parameters (COPY takes none) */
  copy: (query: string, format?: CopyFormat) => AsyncGenerator<Buffer>;
  /** How another connection, of another thread too, joins this state as long as this one is open: `joinSnapshot`. */
  id: string;
  close: () => Promise<void>;
};

const LOCK = 'lock table event_view in access share mode';

/** `goesRound`: a chunk of a copy is good until the next has been taken, as its memory is used again. Of new memory for each the collector has half its work beside a long copy. */
type Options = { scope: Scope; signal?: AbortSignal | undefined; goesRound?: boolean };

/**
 * Streams `COPY (query) TO STDOUT` on a connection of its own, as the reader, in one read-only REPEATABLE READ transaction. Stopping half-way (a break, the signal)
 * closes the connection, and the server stops its work within a second.
 * Why not postgres.js `.readable()`: when the consumer is slower than the server the connection stays paused after the last chunk (the next query on it never
 * answers), and leaving the loop early keeps the server busy even after sql.end().
 * @param query trusted SQL without parameters, such as `select … from event_view where trail_id = 1 order by seq`
 */
export async function* copyOut({ scope, query, format, signal }: Options & { query: string; format?: CopyFormat }): AsyncGenerator<Buffer> {
  const snapshot = await openSnapshot({ scope, signal });
  try {
    yield* snapshot.copy(query, format);
  } finally {
    await snapshot.close();
  }
}

/**
 * Locks the events against being dropped or detached (SPEC §8: before the first row), then fixes the state. Appends and new months go on meanwhile.
 * @throws the signal's reason once it is aborted
 */
export async function openSnapshot(options: Options): Promise<Snapshot> {
  const begin = 'begin isolation level repeatable read, read only';
  const role = `set local role indelible_reader; set local indelible.trails = '${scopeSetting(options.scope)}'`;
  return connect(options, `${begin}; ${role}; ${LOCK}`);
}

/** A connection that sees the state of an open snapshot. @param id its `id` */
export const joinSnapshot = async (options: Options, id: string): Promise<Snapshot> => connect(options, joining(options, id));

/**
 * Several connections on one state, for work beside a running copy: opened all at once, the first makes the state and the others join it. One fails, none is left open.
 * It is the first alone whose memory may go round.
 * @param held a state that somebody holds, which the first joins too
 */
export async function openSnapshots<N extends 2 | 3>(options: Options, count: N, held?: string): Promise<Several[N]> {
  const first = held === undefined ? openSnapshot(options) : connect(options, `${joining(options, held)}; ${LOCK}`);
  const join = first.then(({ id }) => joining(options, id));
  join.catch(() => {}); // `first` says it
  const others = Array.from({ length: count - 1 }, () => connect({ ...options, goesRound: false }, join));
  const opened = await Promise.allSettled([first, ...others]);
  const snapshots = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = opened.find((one) => one.status === 'rejected');
  if (!failed) return snapshots as Several[N];
  await Promise.all(snapshots.map((one) => one.close()));
  throw failed.reason;
}

type Several = { 2: [Snapshot, Snapshot]; 3: [Snapshot, Snapshot, Snapshot] };

function joining({ scope }: Options, id: string): string {
  if (!/^[0-9A-F]+-[0-9A-F]+-[0-9]+$/.test(id)) throw new RangeError(`${id} names no snapshot`);
  const begin = `begin isolation level repeatable read, read only; set transaction snapshot '${id}'`;
  return `${begin}; set local role indelible_reader; set local indelible.trails = '${scopeSetting(scope)}'`;
}

/** @param setup what begins the transaction; while it is awaited the connection is opened */
async function connect(options: Options, setup: string | Promise<string>): Promise<Snapshot> {
  const { url } = await runtime();
  const { signal } = options;
  signal?.throwIfAborted();
  const client = new pg.Client({
    connectionString: url,
    application_name: 'indelible copy',
    types: { getTypeParser } as never,
    stream: streamOf(options) as () => net.Socket,
  });
  let isBroken = false;
  // why the connection is gone: who asks after that is told this, and not that the client is no longer queryable
  let gone: unknown;
  client.on('error', (cause) => {
    gone ??= cause;
  });
  const cut = () => {
    isBroken = true;
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  };
  signal?.addEventListener('abort', cut);
  /** What a cut connection says is not the reason that the caller gave. */
  const reason = (cause: unknown) => {
    if ((cause as { severity?: string }).severity === 'FATAL') gone ??= cause;
    return signal?.aborted ? signal.reason : (gone ?? cause);
  };
  const close = async () => {
    signal?.removeEventListener('abort', cut);
    if (isBroken) return;
    isBroken = true;
    await client.end();
  };

  // One statement at a time: who asks ahead while another is under way waits here.
  let last: Promise<void> = Promise.resolve();
  const turn = async (): Promise<() => void> => {
    const before = last;
    let done = () => {};
    last = new Promise((resolve) => {
      done = resolve;
    });
    await before;
    return done;
  };

  const query = async <Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> => {
    const done = await turn();
    try {
      const result = await client.query<Row>(text, values);
      return Array.isArray(result) ? result.flatMap(({ rows }) => rows) : result.rows;
    } catch (cause) {
      throw reason(cause);
    } finally {
      done();
    }
  };

  let id: string;
  try {
    await client.connect();
    await client.query(`set time zone 'UTC'; set datestyle = 'ISO, YMD'; ${LEAVE_WITH_CLIENT}; ${noTimeouts('connection')}`);
    await client.query(await setup);
    id = (await query<{ id: string }>('select pg_export_snapshot() as id'))[0]?.id as string;
  } catch (cause) {
    cut();
    await close();
    throw reason(cause);
  }

  async function* copy(text: string, format: CopyFormat = 'binary'): AsyncGenerator<Buffer> {
    const done = await turn();
    const frames = client.query(new CopyFrames(`copy (${text}) to stdout (format ${format})`));
    let isWhole = false;
    try {
      for await (const chunk of frames) yield chunk;
      if (signal?.aborted) throw signal.reason;
      isWhole = true;
    } catch (cause) {
      throw reason(cause);
    } finally {
      if (!isWhole) cut();
      done();
    }
  }

  return { id, query, copy, close };
}

/** A backend that sorts or waits writes nothing and would not notice that we have gone. Refused where the server's platform cannot look: then it does without. */
const LEAVE_WITH_CLIENT = `do $$ begin perform set_config('client_connection_check_interval', '500', false); exception when invalid_parameter_value then null; end $$`;

// under TLS it is the TLS stream that makes the chunks
const streamOf =
  ({ goesRound = false }: Options) =>
  (config: { ssl?: unknown }) =>
    config.ssl ? new net.Socket() : slabSocket(goesRound ? RING : undefined);

const RING = MOST_WAITING + 4; // those that wait, the one that is read, the one that was read before (its last row may go on), the one that is filled, and one to spare

const BYTEA = 17;
const INT8 = 20;
const JSON_TYPE = 114;
const TIMESTAMPTZ = 1184;

function getTypeParser(oid: number, format: 'text' | 'binary') {
  if (format === 'text' && oid === INT8) return Number;
  if (format === 'text' && (oid === JSON_TYPE || oid === TIMESTAMPTZ)) return (text: string) => text;
  return pg.types.getTypeParser(oid as typeof BYTEA, format as 'text');
}
