import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSnapshot } from '@/db/copy-out';
import type { Scope, TrailId } from '@/db/scope';
import { preferOrder } from '@/features/trail/queries/walk-rows';

const time = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const salt = (column: string) => `translate(rtrim(encode(${column}, 'base64'), '='), '+/', '-_')`;
const TEXTS = `seq, ${time('recorded_at')}, ${time('occurred_at')}, id, v, ${salt('header_salt')}, actor_type, actor_id, action, resource_type, resource_id, outcome,
  ${salt('payload_salt')}, details, ip_address, user_agent, request_id, session_id, source, source_epoch, source_seq, sealed, redaction, encode(prev_hash, 'hex'), encode(event_hash, 'hex')`;

/**
 * The first `events` events verified by python_design.py, which gets them as COPY text through a pipe, times and salts as they are hashed: what a driver's objects would cost
 * there is not counted. @returns null where there is no python3; `cpuMicros` are of one event
 */
export async function pythonDesign(
  scope: Scope,
  trailId: TrailId,
  origin: string,
  events: number,
): Promise<{ perSecond: number; cpuMicros: number; rssMb: number } | null> {
  const python = spawn('python3', ['bench/python_design.py', origin], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, PYTHONUTF8: '1' } });
  const isThere = await new Promise<boolean>((done) => {
    python.once('spawn', () => done(true));
    python.once('error', () => done(false));
  });
  if (!isThere) return null;
  let printed = '';
  python.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  const ended = once(python, 'close');
  const snapshot = await openSnapshot({ scope });
  await preferOrder(snapshot);
  for await (const chunk of snapshot.copy(`select ${TEXTS} from event_view where trail_id = ${trailId} and seq < ${events} order by seq`, 'text')) {
    if (!python.stdin.write(chunk)) await once(python.stdin, 'drain');
  }
  python.stdin.end();
  await snapshot.close();
  const [code] = await ended;
  if (code !== 0) throw new Error(`the Python design ended with ${code}`);
  const { events: checked, seconds, cpu_seconds: cpuSeconds, rss_mb: rssMb } = JSON.parse(printed);
  if (checked !== events) throw new Error(`the Python design checked ${checked} of ${events}`);
  return { perSecond: Math.round(checked / seconds), cpuMicros: (1e6 * cpuSeconds) / checked, rssMb };
}
