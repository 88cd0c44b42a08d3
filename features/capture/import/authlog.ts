// One line of sshd, sudo, useradd or chpasswd → the events it stands for. docs/import.md has the same table in words.
import { type JsonObject, type JsonValue, newObject } from '@/core/json';

/** `skip` names why a good line stands for no event: it is counted by that name, never dropped in silence. */
export type AuthlogLine =
  | { kind: 'events'; stamp: string; count: number; draft: (occurredAt: string, k: number) => JsonObject }
  | { kind: 'skip'; stamp: string | null; why: string }
  | { kind: 'reject'; reason: string };

/** More than a log daemon ever folds into one line; a greater number is a hostile line, not that many events. */
const MAX_REPEATS = 100_000;

// Mar 27 13:06:56 host sshd[1291]: message      or      2026-03-27T13:06:56.123456+00:00 host sshd[1291]: message
const HEAD = /^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[Tt]\S+) (\S+) ([^\s:[\]]+)(?:\[(\d+)\])?: ?(.*)$/;
const REPEATED = /^message repeated (\d+) times: \[ ?(.*?) ?\]$/;
// `from` is looked for from the end: an account may be called "root from 192.0.2.1 port 22"
const FAILED = /^Failed (\S+) for (invalid user )?(.*) from (\S+) port (\d+)(?: |$)/;
const ACCEPTED = /^Accepted (\S+) for (.*) from (\S+) port (\d+)(?: |$)/;
const SUDO = /^\s*(.+?) : (.*?)COMMAND=(.*)$/;
const CLOSED = /^pam_unix\(sshd:session\): session closed for user (\S+)/;
const NEW_USER = /^new user: name=([^,]*), UID=(\d+)/;
const NEW_PASSWORD = /\bpassword changed for (\S+)$/;

type Event = { action: string; actor: string; outcome: string; ip?: string | undefined; details: Record<string, JsonValue | undefined> };

/** @param line the text without its end; it stands in `details.record` as it is */
export function readAuthlogLine(line: string): AuthlogLine {
  if (line.trim() === '') return { kind: 'skip', stamp: null, why: 'empty line' };
  const [, stamp, host, program, pid, text] = HEAD.exec(line) ?? [];
  if (stamp === undefined || host === undefined || program === undefined || text === undefined) {
    return { kind: 'reject', reason: 'not a syslog line: time, host, program and message are due, such as "Mar 27 13:06:56 host sshd[1291]: …"' };
  }
  const [, times, inner] = REPEATED.exec(text) ?? [];
  const count = times === undefined ? 1 : Number(times);
  const event = eventOf(program, inner ?? text);
  if (!event) return { kind: 'skip', stamp, why: program };
  // Every event of this format names its session as host:program[pid]; a line without a process has none to name.
  if (pid === undefined) return { kind: 'skip', stamp, why: `${program} without a process id` };
  if (count < 1 || count > MAX_REPEATS) return { kind: 'reject', reason: `"message repeated ${times} times": 1 to ${MAX_REPEATS} are taken` };

  const draft = (occurredAt: string, k: number) => {
    const out = newObject();
    out.occurred_at = occurredAt;
    out.actor_type = event.actor === 'root' ? 'admin' : 'user';
    out.actor_id = event.actor === '' ? '(empty)' : event.actor;
    out.action = event.action;
    out.resource_type = 'host';
    out.resource_id = host;
    out.outcome = event.outcome;
    if (event.ip !== undefined) out.ip_address = event.ip;
    out.session_id = `${host}:${program}[${pid}]`;
    const details = newObject();
    for (const [name, value] of Object.entries(event.details)) if (value !== undefined && value !== '') details[name] = value;
    if (count > 1) {
      details.repeat = k + 1;
      details.repeated = count;
    }
    details.record = line;
    out.details = details;
    return out;
  };
  return { kind: 'events', stamp, count, draft };
}

function eventOf(program: string, text: string): Event | null {
  const failed = FAILED.exec(text);
  if (failed) {
    const [, method, invalid, name = '', ip, port] = failed;
    return { action: 'auth.login', actor: name, outcome: 'failure', ip, details: { method, known_user: invalid === undefined, port: Number(port) } };
  }
  const accepted = ACCEPTED.exec(text);
  if (accepted) {
    const [, method, name = '', ip, port] = accepted;
    return { action: 'auth.login', actor: name, outcome: 'success', ip, details: { method, known_user: true, port: Number(port) } };
  }
  const sudo = program === 'sudo' ? SUDO.exec(text) : null;
  if (sudo) {
    const [, name = '', circumstances = '', command] = sudo;
    const as = /(?:^|; )USER=(\S+)/.exec(circumstances)?.[1];
    return { action: 'host.sudo', actor: name, outcome: circumstances.includes('NOT in sudoers') ? 'denied' : 'success', details: { command, as_user: as } };
  }
  const closed = CLOSED.exec(text);
  if (closed) return { action: 'auth.logout', actor: closed[1] ?? '', outcome: 'success', details: {} };
  const made = NEW_USER.exec(text);
  if (made) return { action: 'user.create', actor: 'root', outcome: 'success', details: { user: made[1], uid: made[2] } };
  const changed = NEW_PASSWORD.exec(text);
  if (changed) return { action: 'user.password_change', actor: 'root', outcome: 'success', details: { user: changed[1] } };
  return null;
}
