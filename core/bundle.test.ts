import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { specVectors, vectorCases } from '../lib/test/spec-vectors';
import { BAGIT_TEXT, bagInfoText, bundleFolder, MANIFEST, manifestText, queryText, TAG_MANIFEST, tagManifestText, zipOrder } from './bundle';
import { canonicalJson } from './jcs';
import { parseJson } from './json';
import { linkCommand } from './link-command';
import { parseRecordLine, recordLine } from './record';
import { sha256Hex } from './sha256';

test.each(vectorCases('bundle_files'))('$name', ({ files, order }) => {
  expect(zipOrder(files)).toEqual(order);
  const selection = ['bagit.txt', 'bag-info.txt', 'README.txt', MANIFEST, TAG_MANIFEST, 'data/events.jsonl', 'data/query.json', 'data/report.csv'];
  expect(zipOrder(selection.toReversed())).toEqual(selection);
});

test.each(['data/events.jsonl/', 'Data/report.csv', '../x', 'data/checkpoint/older/a/b.json', 'data/checkpoint/.tsr/x'])('no bundle has a file %s', (name) => {
  expect(() => zipOrder(['bagit.txt', name])).toThrow('no file of a bundle');
});

test('a file twice is refused', () => {
  expect(() => zipOrder(['data/checkpoint/A.tsr', 'data/checkpoint/a.tsr'])).toThrow('twice');
});

test('sha256sum -c accepts both manifests, and finds a changed byte', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-bag-'));
  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
    return { path: name, sha256: sha256Hex(text) };
  };
  const check = (manifest: string) => execFileSync('sha256sum', ['--strict', '--quiet', '-c', manifest], { cwd: folder, stdio: 'pipe' });
  try {
    const files = [write('data/query.json', '{}\n'), write('data/events.jsonl', ''), write('bagit.txt', BAGIT_TEXT), write('README.txt', 'x')];
    files.push(write(MANIFEST, manifestText(files)));
    write(TAG_MANIFEST, tagManifestText(files));
    expect(manifestText(files).split('\n').length).toBe(3);
    expect(
      tagManifestText(files)
        .split('\n')
        .map((line) => line.slice(66)),
    ).toEqual(['README.txt', 'bagit.txt', MANIFEST, '']);
    check(MANIFEST);
    check(TAG_MANIFEST);
    write('data/query.json', '{ }\n');
    expect(() => check(MANIFEST)).toThrow();
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('query.json is canonical', () => {
  const text = queryText({
    trail: 'audit.example.com/main',
    from: 3,
    to: 9,
    filter: { and: [{ eq: ['actor_id', 'Zoë "x"'] }, { not: { in: ['seq', [1, 2]] } }] },
    time: { axis: 'occurred_at', from: '2026-03-01T00:00:00.000000Z', to: null, zone: 'Europe/Amsterdam' },
    completeness: 'selection',
    matched: [3, 5, 8],
    inRange: 6,
    catalogueSha256: null,
  });
  const parsed = parseJson(text.slice(0, -1));
  if (!parsed.ok) throw new Error(parsed.reason);
  expect(`${canonicalJson(parsed.value)}\n`).toBe(text);
  expect(JSON.parse(text)).toMatchObject({
    range: { from_seq: 3, to_seq: 9 },
    matched: [3, 5, 8],
    counts: { in_range: 6, matched: 3 },
    catalogue_sha256: null,
  });
});

test('bag-info.txt holds one value a line, whatever the value', () => {
  const base = {
    bundleId: 'b-1',
    origin: 'a/b',
    level: 'selection' as const,
    from: 0,
    to: 10,
    createdAt: '2026-11-25T10:00:00.000000Z',
    payloadBytes: 99,
    payloadFiles: 3,
  };
  const text = bagInfoText({ ...base, software: 'Indelible\nPayload-Oxum: 0.0' });
  expect(text.match(/^Payload-Oxum: .*$/gm)).toEqual(['Payload-Oxum: 99.3']);
  expect(text).toContain('External-Description: Events 0 to 9 of a/b, level selection\nBagging-Date: 2026-11-25\n');
});

test('folder names are ASCII', () => {
  expect(bundleFolder('main', '0190c2a4-7d1e-7a3b-8c4d-5e6f70819203')).toBe('evidence-main-0190c2a4-7d1e-7a3b-8c4d-5e6f70819203');
  expect(() => bundleFolder('../main', '01')).toThrow();
});

test('a record line is read back, and its printed check gives event_hash', () => {
  for (const { seq, prev, header, payload, event_hash: eventHash } of specVectors.chain.events) {
    const record = { seq, prev, header, payload, eventHash };
    expect(parseRecordLine(recordLine(record))).toEqual(record);
    expect(JSON.parse(recordLine(record))).toEqual({ seq, prev, header, payload, event_hash: eventHash });
    const printed = execFileSync('sh', ['-c', linkCommand(seq, prev, sha256Hex(header), sha256Hex(payload))]).toString();
    expect(printed.slice(0, 64)).toBe(eventHash);
  }
});

test.each(['', '{', '[]', '{"seq":1}', '{"seq":-1,"prev":"x","header":"","payload":"","event_hash":""}'])('no record: %s', (line) => {
  expect(parseRecordLine(line)).toBeNull();
});
