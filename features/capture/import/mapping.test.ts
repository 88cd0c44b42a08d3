import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, parseJson } from '@/core/json';
import { sharedDir } from '@/lib/test/shared';
import { type ReadItem, recordReader } from './read-records';
import type { ImportFormat } from './schema';

const shared = sharedDir();

function read(format: ImportFormat, bytes: Buffer | string, syslog = { year: 2017, zone: 'UTC' }): ReadItem[] {
  const reader = recordReader(format, syslog);
  const whole = Buffer.from(bytes);
  const out: ReadItem[] = [];
  for (let at = 0; at < whole.length; at += 65_536) out.push(...reader.push(whole.subarray(at, at + 65_536)));
  out.push(...reader.end());
  return out;
}

const drafts = (items: ReadItem[]) =>
  items.flatMap((item) => (item.kind === 'draft' && typeof item.draft !== 'string' && isJsonObject(item.draft) ? [item.draft] : []));
function tally(of: string[]): Record<string, number> {
  const out: Record<string, number> = {};
  for (const name of of) out[name] = (out[name] ?? 0) + 1;
  return out;
}
const details = (draft: JsonObject | undefined) => draft?.details as JsonObject;

describe.skipIf(!shared)('the public data sets give the figures they must', () => {
  it('CloudTrail: 2,900 records, 2,600 success, 240 failure, 60 denied', () => {
    const dir = path.join(shared as string, 'datasets/cloudtrail-invictus-aws_dataset/CloudTrail');
    const items = fs.readdirSync(dir).flatMap((name) => read('cloudtrail', fs.readFileSync(path.join(dir, name))));
    const all = drafts(items);
    expect(items).toHaveLength(2900);
    expect(tally(all.map((draft) => draft.outcome as string))).toEqual({ success: 2600, failure: 240, denied: 60 });
    expect(Math.max(...Object.values(tally(all.map((draft) => draft.occurred_at as string))))).toBe(110);
    expect(all.every((draft) => isJsonObject(details(draft).record))).toBe(true);
    expect(new Set(all.map((draft) => draft.id)).size).toBe(2900);
  });

  it('auth.log: 7,121 lines, 1,513 events of which 1,042 failed and 226 accepted log-ins; the other lines are counted by what they are', () => {
    const items = read('authlog', fs.readFileSync(path.join(shared as string, 'datasets/authlog-elastic-examples/auth.log')));
    const all = drafts(items);
    expect(all).toHaveLength(1513);
    expect(tally(all.map((draft) => `${draft.action} ${draft.outcome}`))).toEqual({
      'auth.login failure': 1042,
      'auth.login success': 226,
      'auth.logout success': 225,
      'user.create success': 10,
      'user.password_change success': 10,
    });
    expect(items.filter((item) => item.kind === 'reject')).toEqual([]);
    expect(new Set(items.map((item) => item.line)).size).toBe(7121);
    const skipped = tally(items.flatMap((item) => (item.kind === 'skip' ? [item.why] : [])));
    expect(skipped['sudo without a process id']).toBe(186);
    expect(all.map((draft) => draft.occurred_at).filter((time) => !(time as string).startsWith('2017-0'))).toEqual([]);
  });
});

describe('CloudTrail', () => {
  const record = (over: object) =>
    drafts(read('cloudtrail', JSON.stringify({ Records: [{ eventSource: 'iam.amazonaws.com', eventName: 'CreateUser', ...over }] })))[0];

  it('maps who, what, on what, how it ended and from where', () => {
    expect(
      record({
        eventID: '293ba626-3be5-4a26-ab1b-0f4c54f49959',
        eventTime: '2023-07-10T11:42:36Z',
        userIdentity: {
          type: 'IAMUser',
          arn: 'arn:aws:iam::1:user/b',
          accessKeyId: 'AKIAEXAMPLE',
          sessionContext: { attributes: { mfaAuthenticated: 'true' } },
        },
        awsRegion: 'us-east-1',
        sourceIPAddress: '192.0.2.7',
        userAgent: 'console',
        requestParameters: { userName: 'carol' },
        requestID: 'r-1',
        readOnly: false,
        eventType: 'AwsApiCall',
      }),
    ).toMatchObject({
      id: '293ba626-3be5-4a26-ab1b-0f4c54f49959',
      occurred_at: '2023-07-10T11:42:36Z',
      actor_type: 'user',
      actor_id: 'arn:aws:iam::1:user/b',
      action: 'iam.CreateUser',
      resource_type: 'iam',
      resource_id: 'carol',
      outcome: 'success',
      ip_address: '192.0.2.7',
      user_agent: 'console',
      request_id: 'r-1',
      session_id: 'AKIAEXAMPLE',
      details: { read_only: false, region: 'us-east-1', event_type: 'AwsApiCall', mfa: true, record: { eventName: 'CreateUser' } },
    });
  });

  it('finds the actor and the kind of actor', () => {
    const actor = (userIdentity?: object) => {
      const draft = record({ userIdentity });
      return [draft?.actor_type, draft?.actor_id];
    };
    expect(actor({ type: 'Root', arn: 'arn:aws:iam::1:root' })).toEqual(['admin', 'arn:aws:iam::1:root']);
    expect(actor({ type: 'AWSService', invokedBy: 'ec2.amazonaws.com' })).toEqual(['system', 'ec2.amazonaws.com']);
    expect(actor({ type: 'AssumedRole', principalId: 'AROA:x' })).toEqual(['service', 'AROA:x']);
    expect(actor({ type: 'SAMLUser', userName: 'mia' })).toEqual(['user', 'mia']);
    expect(actor({ type: 'Unknown', invokedBy: 'a', userName: 'mia' })).toEqual(['system', 'a']);
    expect(actor(undefined)).toEqual(['user', 'anonymous']);
  });

  it('tells denied from failed', () => {
    const outcome = (over: object) => record(over)?.outcome;
    expect(outcome({})).toBe('success');
    for (const errorCode of ['AccessDenied', 'Client.UnauthorizedOperation', 'AccessDeniedException', 'AuthorizationError'])
      expect(outcome({ errorCode })).toBe('denied');
    expect(outcome({ errorCode: 'NoSuchEntityException' })).toBe('failure');
    expect(outcome({ eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Failure' } })).toBe('failure');
    expect(outcome({ eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Success' } })).toBe('success');
  });

  it('finds the resource', () => {
    const resource = (over: object) => record(over)?.resource_id;
    expect(resource({ resources: [{ ARN: 'arn:x' }], requestParameters: { name: 'n' } })).toBe('arn:x');
    expect(resource({ requestParameters: { userName: 'u', secretId: 's' } })).toBe('s');
    expect(resource({ requestParameters: { name: { no: 'text' }, keyId: 'k' } })).toBe('k');
    expect(resource({ requestParameters: null })).toBeUndefined();
  });

  it('rejects what is no CloudTrail record, with its number and the reason', () => {
    expect(read('cloudtrail', '{"Records":[{"a":1},5,{"eventSource":"iam.amazonaws.com"},{"eventName":"x","eventName":"y"}]}')).toEqual([
      { kind: 'reject', line: 1, reason: 'not a CloudTrail record: eventName is missing' },
      { kind: 'reject', line: 2, reason: 'not a CloudTrail record: an object is due' },
      { kind: 'reject', line: 3, reason: 'not a CloudTrail record: eventName is missing' },
      { kind: 'reject', line: 4, reason: expect.stringContaining('/eventName: ') },
    ]);
  });
});

describe('auth.log', () => {
  const events = (line: string) => drafts(read('authlog', `${line}\n`));
  const at = 'Mar 27 13:06:56 web-1';

  it('maps failed and accepted log-ins', () => {
    expect(events(`${at} sshd[1291]: Failed password for invalid user bob smith from 192.0.2.7 port 56338 ssh2`)).toEqual([
      {
        occurred_at: '2017-03-27T13:06:56.000000Z',
        actor_type: 'user',
        actor_id: 'bob smith',
        action: 'auth.login',
        resource_type: 'host',
        resource_id: 'web-1',
        outcome: 'failure',
        ip_address: '192.0.2.7',
        session_id: 'web-1:sshd[1291]',
        details: {
          method: 'password',
          known_user: false,
          port: 56338,
          record: `${at} sshd[1291]: Failed password for invalid user bob smith from 192.0.2.7 port 56338 ssh2`,
        },
      },
    ]);
    expect(events(`${at} sshd[1]: Accepted publickey for root from 192.0.2.7 port 1 ssh2: RSA SHA256:abc`)).toMatchObject([
      { actor_id: 'root', actor_type: 'admin', outcome: 'success', details: { method: 'publickey', known_user: true } },
    ]);
  });

  it('names an empty account, and is not misled by an account that is called like a line', () => {
    expect(events(`${at} sshd[1]: Failed password for invalid user  from 192.0.2.7 port 5 ssh2`)).toMatchObject([
      { actor_id: '(empty)', ip_address: '192.0.2.7' },
    ]);
    expect(events(`${at} sshd[1]: Failed password for invalid user root from 198.51.100.1 port 22 from 192.0.2.7 port 5 ssh2`)).toMatchObject([
      { actor_id: 'root from 198.51.100.1 port 22', ip_address: '192.0.2.7', actor_type: 'user' },
    ]);
  });

  it('takes a repeated line as that many events, and refuses an absurd number', () => {
    const five = events(`${at} sshd[1]: message repeated 5 times: [ Failed password for root from 192.0.2.7 port 5 ssh2]`);
    expect(five.map((draft) => details(draft).repeat)).toEqual([1, 2, 3, 4, 5]);
    expect(five[4]).toMatchObject({ actor_id: 'root', ip_address: '192.0.2.7', details: { repeated: 5 } });
    expect(read('authlog', `${at} sshd[1]: message repeated 999999999 times: [ Failed password for root from 192.0.2.7 port 5 ssh2]`)).toMatchObject([
      { kind: 'reject', line: 1 },
    ]);
  });

  it('maps sudo, log-outs, new users and passwords', () => {
    expect(events(`${at} sudo[7]:   mia : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/cat /etc/shadow`)).toMatchObject([
      { action: 'host.sudo', actor_id: 'mia', outcome: 'success', details: { command: '/bin/cat /etc/shadow', as_user: 'root' } },
    ]);
    expect(events(`${at} sudo[7]: mallory : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh`)).toMatchObject([{ outcome: 'denied' }]);
    expect(events(`${at} sshd[7]: pam_unix(sshd:session): session closed for user mia`)).toMatchObject([{ action: 'auth.logout', actor_id: 'mia' }]);
    expect(events(`${at} useradd[7]: new user: name=zoe, UID=1001, GID=1001`)).toMatchObject([
      { action: 'user.create', actor_id: 'root', details: { user: 'zoe' } },
    ]);
    expect(events(`${at} chpasswd[7]: pam_unix(chpasswd:chauthtok): password changed for zoe`)).toMatchObject([
      { action: 'user.password_change', actor_type: 'admin' },
    ]);
  });

  it('reads stamps with year and zone as newer systems write them', () => {
    expect(events('2024-03-27T13:06:56.123456+01:00 web-1 sshd[1]: Accepted password for mia from 192.0.2.7 port 1 ssh2')).toMatchObject([
      { occurred_at: '2024-03-27T13:06:56.123456+01:00' },
    ]);
  });

  it('rejects bytes that are no text and lines that are no syslog, and counts what stands for no event', () => {
    const bad = Buffer.concat([
      Buffer.from(`${at} sshd[1]: Failed password for \xff`, 'latin1'),
      Buffer.from('\nnot a log line\n\n'),
      Buffer.from(`${at} sshd[1]: x\0y\n${at} CRON[2]: pam_unix(cron:session): session opened for user root\n`),
    ]);
    expect(read('authlog', bad)).toEqual([
      { kind: 'reject', line: 1, reason: 'invalid UTF-8 at offset 51 of the record' },
      { kind: 'reject', line: 2, reason: expect.stringContaining('not a syslog line') },
      { kind: 'skip', line: 3, why: 'empty line' },
      { kind: 'reject', line: 4, reason: 'NUL byte at offset 32 of the record' },
      { kind: 'skip', line: 5, why: 'CRON' },
    ]);
  });
});

describe('JSON Lines', () => {
  it('hands each line on whole, and reads a file that is one array too', () => {
    const texts = (items: ReadItem[]) => items.map((item) => (item.kind === 'draft' ? [item.line, item.draft] : item));
    expect(texts(read('jsonl', '\ufeff{"a":1}\r\n\n{"b":\n'))).toEqual([[1, '{"a":1}'], { kind: 'skip', line: 2, why: 'empty line' }, [3, '{"b":']]);
    expect(texts(read('jsonl', ' [{"a":1},\n{"b":2}]'))).toEqual([
      [1, '{"a":1}'],
      [2, '{"b":2}'],
    ]);
    expect(parseJson('{"b":').ok).toBe(false);
  });
});
