import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sharedDir } from '../lib/test/shared';
import type { NormalisedDraft } from './draft';
import { canonicalJson } from './jcs';
import { type JsonObject, type JsonValue, parseJson } from './json';
import { normaliseDraft } from './normalise';
import { REDACTED, redactDraft } from './redact';
import { wordsOf } from './redact-keys';
import { PATTERNS, type PatternName, patternTest } from './redact-patterns';
import { DEFAULT_RULES, type RuleSet, ruleSet } from './redact-rules';
import { sha256Hex } from './sha256';
import vectors from './testdata/spec-v1.json';

const RECEIVED = '2026-03-02T08:00:00.000000Z';

function draftOf(members: JsonObject): NormalisedDraft {
  const base = { occurred_at: '2026-03-01T12:00:00Z', actor_type: 'user', action: 'a.b', outcome: 'success' };
  const result = normaliseDraft({ ...base, ...members }, { kind: 'import', format: 'jsonl', source: 'jsonl', receivedAt: RECEIVED });
  if (!result.ok) throw new Error(result.message);
  return result.draft;
}

const detailsAfter = (details: JsonValue, rules: RuleSet = DEFAULT_RULES): JsonValue => {
  const { details: after } = redactDraft(draftOf({ details: details as JsonObject }), rules);
  return JSON.parse(canonicalJson(after));
};

describe('vectors: redact, as far as drop', () => {
  type Case = {
    name: string;
    rule?: string;
    value?: JsonValue;
    result?: JsonValue;
    payload?: string;
    rules?: { rule: string; pointer: string }[];
    rule_set?: string;
    payload_after?: string;
  };
  const cases = vectors.redact as Case[];

  test('a scalar of any kind', () => {
    const drops = cases.filter((c) => c.rule === 'drop');
    expect(drops).toHaveLength(5);
    for (const c of drops) expect(detailsAfter({ x: c.value as JsonValue }, ruleSet({ id: 'r', drop_pointers: ['/details/x'] }))).toEqual({ x: c.result });
  });

  // where a drop names the same place as another rule, the drop wins: those cases hold with the drop alone
  const alone = ['drop before seal', 'all four name one place: drop', 'dropped outside, sealed inside: nothing is left to seal'];
  const whole = cases.filter((c) => c.payload !== undefined && (c.rules?.every((rule) => rule.rule === 'drop') || alone.includes(c.name)));
  test('as many as there are', () => expect(whole).toHaveLength(10));
  test.each(whole)('$name', (c) => {
    const payload = JSON.parse(c.payload ?? '');
    const drops = (c.rules ?? []).filter((rule) => rule.rule === 'drop').map((rule) => rule.pointer);
    const draft = { ...draftOf({}), details: payload.details, ipAddress: payload.ip_address ?? null };
    const after = redactDraft(draft, ruleSet({ id: c.rule_set ?? '', drop_pointers: drops }));
    const { salt } = payload;
    expect(
      canonicalJson({ details: after.details, ...(after.ipAddress === null ? {} : { ip_address: after.ipAddress }), redaction: after.redaction, salt }),
    ).toBe(c.payload_after);
  });
});

test('a rule that could touch what is no context is refused', () => {
  for (const pointer of ['', '/salt', '/source', '/sealed/x', '/redaction', '/actor_id', 'details', '/details/~2', '/user_agent/x']) {
    expect(() => ruleSet({ id: 'r', drop_pointers: [pointer] }), pointer).toThrow(TypeError);
  }
});

describe('names of default-1', () => {
  test.each([
    ['userPassword', ['user', 'password']],
    ['XMLHttpToken2', ['xml', 'http', 'token2']],
    ['set-cookie', ['set', 'cookie']],
    ['OAuthScopes', ['oauth', 'scopes']],
    ['x_amz.Security Token', ['x', 'amz', 'security', 'token']],
    ['', []],
  ])('%s', (name, words) => expect(wordsOf(name)).toEqual(words));

  const hits =
    'password PASSWORD passWord pass_word user-password oldPassword2 accessToken access_token accesstoken ACCESS-TOKEN x-amz-security-token X-Amz-Security-Token sessionToken';
  const more =
    'secretAccessKey secretaccesskey Authorization Set-Cookie apiKey APIKey api_key DB_PASSWORD PINCode cvv2 track1 privateKey dsn passwordHash clientSecret totp';
  test.each(`${hits} ${more}`.split(' '))('%s is dropped', (name) => expect(detailsAfter({ [name]: 'x' })).toEqual({ [name]: REDACTED }));

  const ids = 'secretId SecretARN tokenName token_type passwordCount tokenCreatedAt secret_id PasswordId';
  const safe =
    'pin_code_changed password_changed_at cookie_consent authorization.k8s.io/decision authorization.k8s.io/reason authorizationInfo clientRequestToken terminationMessagePath';
  const words =
    'spinner trespass authorised oauth OAuthScopes tokens total_tokens basalt authentication rbac.authorization.kubernetes.io/autoupdate auth0 decision ip_raw';
  test.each(`${ids} ${safe} ${words}`.split(' '))('%s is kept', (name) => expect(detailsAfter({ a: { [name]: 'x' } })).toEqual({ a: { [name]: 'x' } }));

  test('scalars of every kind but booleans, null and ""', () => {
    expect(detailsAfter({ pin: 1234, token: true, secret: null, otp: '', password: 0 })).toEqual({
      pin: REDACTED,
      token: true,
      secret: null,
      otp: '',
      password: REDACTED,
    });
  });

  test('at any depth, in lists, in changes, below a listed name', () => {
    expect(detailsAfter({ a: [{ b: [{ token: 'x' }] }] })).toEqual({ a: [{ b: [{ token: REDACTED }] }] });
    expect(detailsAfter({ cookie: ['a=b', ['c']], cookies: { sid: 'x', n: [1] } })).toEqual({
      cookie: [REDACTED, [REDACTED]],
      cookies: { sid: REDACTED, n: [REDACTED] },
    });
    expect(detailsAfter({ changes: { password: { old: 'a', new: 'b' } } })).toEqual({ changes: { password: { old: REDACTED, new: REDACTED } } });
    expect(detailsAfter({ secret: { secretName: 'db', type: 'Opaque', v: { x: 1 } } })).toEqual({
      secret: { secretName: 'db', type: 'Opaque', v: { x: REDACTED } },
    });
    expect(detailsAfter({ auth: { user: 'u', scopes: ['a'], token: 't', value: 'v' } })).toEqual({
      auth: { user: 'u', scopes: ['a'], token: REDACTED, value: REDACTED },
    });
    expect(detailsAfter({ authorization: 'Digest x', auth: ['x'] })).toEqual({ authorization: REDACTED, auth: [REDACTED] });
  });

  test('pairs of name and value', () => {
    expect(
      detailsAfter({
        env: [
          { name: 'DB_PASSWORD', value: 'x', note: 'n' },
          { name: 'DB_HOST', value: 'h' },
        ],
      }),
    ).toEqual({
      env: [
        { name: 'DB_PASSWORD', value: REDACTED, note: 'n' },
        { name: 'DB_HOST', value: 'h' },
      ],
    });
    expect(detailsAfter({ Value: { v: [1, true] }, Key: 'api-key' })).toEqual({ Value: { v: [REDACTED, true] }, Key: 'api-key' });
    expect(detailsAfter({ name: 'secretId', value: 'arn' })).toEqual({ name: 'secretId', value: 'arn' });
    expect(detailsAfter({ resource: 'secrets', name: 'token', namespace: 'default' })).toEqual({ resource: 'secrets', name: 'token', namespace: 'default' });
  });

  test('URLs and strings of JSON, also cut off, escaped and inside text', () => {
    const secret = [
      'https://example.com/?a=1&token=abc',
      '/cb?X-Amz-Security-Token=IQoJ',
      '?a=b&amp;password=x',
      '{"a":[{"password":"x"}]}',
      ' [{"name":"token","value":"x"}]',
      '{"a":{"password":"x","b":',
      'payload={"password": 12}',
      '{"body":"{\\"password\\":\\"x\\"}"}',
      JSON.stringify(JSON.stringify(JSON.stringify({ a: { password: 'x' } }))),
      '{"password":"x","password":"y"}',
    ];
    for (const text of secret) expect(detailsAfter({ text }), text).toEqual({ text: REDACTED });
    const plain = [
      'https://example.com/?secretId=7&token=',
      'sudo: ubuntu : TTY=pts/0 ; PWD=/home/ubuntu ; USER=root ; COMMAND=/bin/ls',
      '{"a":[1,{"tokenType":"bearer","token":true,"secret":null}]}',
      'password changed for root',
      '{"password": null, "a',
      '"token":"" and no more',
    ];
    for (const text of plain) expect(detailsAfter({ text }), text).toEqual({ text });
  });
});

describe('patterns of default-1', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
  const secrets = [
    jwt,
    `text ${jwt} text`,
    'Authorization: Bearer abcdefghijklmnop0123',
    'basic dXNlcjpwYXNzd29yZA==dXNl',
    `ghp_${'a1'.repeat(18)}`,
    `github_pat_${'x'.repeat(22)}`,
    `xoxb-${'1'.repeat(10)}`,
    `sk_live_${'a'.repeat(16)}`,
    '-----BEGIN RSA PRIVATE KEY-----\nMIIE',
    '-----BEGIN PRIVATE KEY-----',
    'postgres://app:hunter2@db.example.com/app',
    'HTTPS://u:p@h',
    'redis://:hunter2@cache:6379',
  ];
  test.each(secrets)('%s is dropped, and the whole leaf with it', (value) => {
    expect(detailsAfter({ list: [value], secretId: value })).toEqual({ list: [REDACTED], secretId: REDACTED });
    const after = redactDraft(draftOf({ user_agent: value, session_id: value, request_id: value }), DEFAULT_RULES);
    expect(after).toMatchObject({ userAgent: REDACTED, sessionId: REDACTED, requestId: REDACTED, redaction: 'default-1' });
  });

  test.each([
    'eyJ.eyJ.eyJ',
    'bearer of bad news',
    'Basic Auth',
    'ghp_short',
    'https://example.com:8080/a@b',
    'mailto:a@b.c',
    'https://h/a:b@c',
    'AKIATFQR7NSC8Q4X20BJ',
    '-----BEGIN CERTIFICATE-----',
  ])('%s stays', (value) => expect(detailsAfter({ value })).toEqual({ value }));

  test('what is looked for by hand is what the published expression says', () => {
    const piece = fc.constantFrom(
      'eyJ',
      'eyJabcdefgh',
      '.',
      'abcdefgh',
      '-',
      '_',
      ' ',
      'bearer ',
      'Basic\t',
      'abcdefghijklmnop',
      '://',
      'http',
      'a',
      ':',
      '@',
      '/',
      'é',
      'ghp_',
      'xoxb-',
      'sk_live_',
    );
    for (const name of Object.keys(PATTERNS) as PatternName[]) {
      const holds = patternTest([name]);
      const { regex, flags } = PATTERNS[name];
      const published = new RegExp(regex, flags);
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
          const text = pieces.join('');
          if (published.test(text)) expect(holds(text), text).toBe(true);
          else if (holds(text)) expect(name, text).toBe('url_credentials'); // a scheme after _ counts too
        }),
        { numRuns: 5000 },
      );
    }
  });

  test('hostile texts take linear time', () => {
    const kb = 240;
    const many = (piece: string) => piece.repeat(Math.ceil((kb * 1024) / piece.length)).slice(0, kb * 1024);
    const hostile = [
      'eyJaaaaaaaa-',
      'eyJ',
      'a-',
      'a://',
      'bearer ',
      'bearer\t\t\t',
      '-----BEGIN A',
      'PRIVATE KEY',
      'ghp_',
      '?a',
      '&amp;',
      '"\\\\',
      '"a"  ',
      '{"a":',
      '[',
      'http://a:',
    ];
    const drafts = hostile.map((piece) => ({ ...draftOf({}), details: { text: many(piece), more: `eyJ bearer :// = ${many(piece)}` } }));
    const start = performance.now();
    for (const draft of drafts) redactDraft(draft, DEFAULT_RULES);
    expect((performance.now() - start) / drafts.length).toBeLessThan(500); // quadratic would take minutes
  });
});

test('a draft without a hit shares its details, the given draft is never changed, a second run changes nothing', () => {
  const clean = draftOf({ details: { a: [{ b: 1 }] }, session_id: 's' });
  expect(redactDraft(clean, DEFAULT_RULES).details).toBe(clean.details);
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom('token', 'auth', 'x'), (json, name) => {
      const read = parseJson(`{"${name}":${json}}`);
      fc.pre(read.ok);
      if (!read.ok) return;
      const draft = { ...draftOf({}), details: read.value as JsonObject };
      const before = JSON.stringify(draft);
      const once = redactDraft(draft, DEFAULT_RULES);
      expect(JSON.stringify(draft)).toBe(before);
      expect(redactDraft(once, DEFAULT_RULES)).toEqual(once);
    }),
  );
});

test('the published text says everything, and its hash is that of the text', () => {
  expect(sha256Hex(DEFAULT_RULES.text)).toBe(DEFAULT_RULES.sha256);
  const document = JSON.parse(DEFAULT_RULES.text);
  expect(document.id).toBe('default-1');
  expect(document.drop_patterns).toHaveLength(7);
  expect(canonicalJson(document)).toBe(DEFAULT_RULES.text);
  // once published a rule set never changes: another list is another id
  expect(DEFAULT_RULES.sha256).toMatchInlineSnapshot(`"6317970ae4d1b0f2b40ad1115a221cffceff4d9a9688e0a1c33239bd17bfde5a"`);
});

const shared = sharedDir();
describe.skipIf(shared === null)('real logs', () => {
  const datasets = path.join(shared ?? '', 'datasets');
  const files = (folder: string, ending: string) =>
    fs
      .readdirSync(path.join(datasets, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(ending))
      .map((name) => fs.readFileSync(path.join(datasets, folder, name), 'utf8'));

  /** Where default-1 hits, with how often. */
  function hitsOf(records: JsonValue[]): Record<string, number> {
    const hits: Record<string, number> = {};
    const compare = (a: JsonValue, b: JsonValue, at: string): void => {
      if (a === b) return;
      if (b === REDACTED) hits[at] = (hits[at] ?? 0) + 1;
      else
        for (const name of Object.keys(a as JsonObject))
          compare((a as JsonObject)[name] as JsonValue, (b as JsonObject)[name] as JsonValue, `${at}/${Array.isArray(a) ? '#' : name}`);
    };
    for (const record of records) {
      const draft = draftOf({ details: { record } });
      compare(draft.details.record as JsonValue, redactDraft(draft, DEFAULT_RULES).details.record as JsonValue, '');
    }
    return hits;
  }

  test('CloudTrail: no session token survives, and which secret was read stays', () => {
    const records: JsonObject[] = files('cloudtrail-invictus-aws_dataset', '.json').flatMap((text) => JSON.parse(text).Records);
    expect(records).toHaveLength(2900);
    const tokens = new Set<string>();
    const find = (value: JsonValue, name: string): void => {
      if (typeof value === 'string' && /sessiontoken|security-token|secretaccesskey/i.test(name)) tokens.add(value);
      else if (typeof value === 'object' && value !== null) for (const [inner, member] of Object.entries(value)) find(member, inner);
    };
    for (const record of records) find(record, '');
    expect(tokens.size).toBe(36);

    let read = 0;
    for (const record of records) {
      const draft = draftOf({ details: { record }, user_agent: record.userAgent ?? null, session_id: (record.userIdentity as JsonObject).accessKeyId ?? null });
      const after = redactDraft(draft, DEFAULT_RULES);
      const row = JSON.stringify(after);
      for (const token of tokens) expect(row.includes(token)).toBe(false);
      const { secretId } = ((after.details.record as JsonObject).requestParameters ?? {}) as JsonObject;
      if (secretId !== undefined && secretId !== REDACTED) read++;
    }
    expect(read).toBe(172);
    expect(hitsOf(records)).toEqual({
      '/responseElements/credentials/sessionToken': 36,
      '/requestParameters/clientToken': 12,
      '/requestParameters/nextToken': 5,
      '/requestParameters/CreateNatGatewayRequest/ClientToken': 2,
      '/responseElements/CreateNatGatewayResponse/clientToken': 2,
      '/responseElements/instancesSet/items/#/clientToken': 2,
      '/responseElements/CreateFlowLogsResponse/clientToken': 1,
      '/requestParameters/masterUserPassword': 1,
      '/responseElements/pendingModifiedValues/masterUserPassword': 1,
    });
  });

  test('Kubernetes: every allow and deny stays', () => {
    const records: JsonObject[] = files('k8saudit-falco', '.json').flatMap((text) =>
      text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line))
        .flatMap((event) => event.items ?? [event]),
    );
    const decided = records.filter((record) => ((record.annotations ?? {}) as JsonObject)['authorization.k8s.io/decision'] !== undefined);
    expect(records).toHaveLength(52);
    expect(decided).toHaveLength(51);
    expect(hitsOf(records)).toEqual({ '/responseObject/spec/volumes/#/secret/defaultMode': 11 });
  });

  test('auth.log: no line is lost', () => {
    const lines = files('authlog-elastic-examples', 'auth.log').flatMap((text) => text.split('\n').filter((line) => line !== ''));
    expect(lines).toHaveLength(7121);
    expect(hitsOf(lines)).toEqual({});
  });

  test('other vendors: few hits, each by its name', () => {
    const events = files('vendor-shaped-panther-tests', '.jsonl').flatMap((text) =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line).event),
    );
    expect(events).toHaveLength(974);
    expect(hitsOf(events)).toEqual({
      '/debugcontext/debugData/threatDetections': 2,
      '/debugcontext/debugData/url': 2,
      '/hashed_token': 1,
      '/parameters/FAILED_PASSWD_ATTEMPTS': 3,
      '/properties/uniqueTokenIdentifier': 10,
    });
  });
});
