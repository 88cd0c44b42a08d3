import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedDir } from '../lib/test/shared';
import { specVectors, vectorCases } from '../lib/test/spec-vectors';
import { checkpointText, openCheckpoint, parseCheckpointText, parseVkeys, signCheckpoint, successorsOf, vkeyText } from './checkpoint';
import { openNote, parseNote } from './signed-note';
import { prng } from './test/prng';
import { makeLogKey, parseVkey, type Vkey } from './vkey';

const ORIGIN = 'audit.example.com/main';
const keyOf = (name: string) => makeLogKey(Buffer.from(specVectors.keys[name].seed, 'hex'));

describe('vectors: checkpoint', () => {
  test.each(vectorCases('checkpoint.good'))('$name', ({ note, vkeys, origin, size, root, signed }) => {
    const opened = openCheckpoint(note, parseVkeys(vkeys), origin);
    expect(opened).toMatchObject({ ok: true, checkpoint: { origin, size, root: Buffer.from(root, 'hex'), note } });
    if (!opened.ok) return;
    const { signers, witnesses } = opened.checkpoint;
    const all = [...signers.map((vkey) => ({ vkey, time: null })), ...witnesses];
    expect(all.map(({ vkey: { name, type, keyId }, time }) => ({ name, alg: type, key_id: keyId, ...(time === null ? {} : { time }) }))).toEqual(signed);
    expect(openCheckpoint(Buffer.from(note), parseVkeys(vkeys), origin)).toEqual(opened);
  });

  test.each(vectorCases('checkpoint.refused'))('refused: $name', ({ note, vkeys, origin, error }) => {
    expect(openCheckpoint(note, parseVkeys(vkeys), origin)).toEqual({ ok: false, error });
  });

  test.each(vectorCases('checkpoint.rotated'))('rotated: $name', ({ note, vkeys, offered, states }) => {
    const given = parseVkeys(vkeys);
    const opened = openCheckpoint(note, given, ORIGIN);
    if (!opened.ok) throw new Error(opened.error);
    const found = successorsOf(opened.checkpoint, given, parseVkeys(offered));
    expect(found.map((vkey) => ({ code: 'KEY_ROTATED', size: opened.checkpoint.size, vkey: vkeyText(vkey) }))).toEqual(states);
  });

  test('signing gives the published bytes', () => {
    for (const { name, note, size, root } of vectorCases('checkpoint.good').slice(0, 3)) {
      const keys = name.startsWith('rotation') ? [keyOf('log'), keyOf('log_next')] : [keyOf('log')];
      expect(signCheckpoint(ORIGIN, size, Buffer.from(root, 'hex'), ...keys)).toBe(note);
    }
  });
});

test('what cannot be a checkpoint is not signed', () => {
  const key = keyOf('log');
  const root = Buffer.alloc(32, 1);
  for (const size of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => signCheckpoint(ORIGIN, size, root, key)).toThrow(TypeError);
  expect(() => signCheckpoint(ORIGIN, 1, root.subarray(1), key)).toThrow(TypeError);
  for (const origin of ['', 'a b', 'a+b', 'a\nb']) expect(() => signCheckpoint(origin, 1, root, key)).toThrow(TypeError);
  expect(() => signCheckpoint(ORIGIN, 1, root)).toThrow(TypeError);
});

test('any one byte changed, taken out or put in, and the checkpoint says the same or is refused', () => {
  const random = prng(4);
  const key = keyOf('log');
  const vkeys = parseVkeys([specVectors.keys.log.vkey]);
  const note = Buffer.from(signCheckpoint(ORIGIN, 1234, Buffer.alloc(32, 7), key, keyOf('log_next')));
  const good = openCheckpoint(note, vkeys, ORIGIN);
  if (!good.ok) throw new Error(good.error);
  for (let round = 0; round < 2000; round++) {
    const at = Math.floor(random() * note.length);
    const byte = Buffer.of(Math.floor(random() * 256));
    const kind = round % 3;
    const changed = Buffer.concat([note.subarray(0, at), kind === 1 ? Buffer.alloc(0) : byte, note.subarray(kind === 2 ? at : at + 1)]);
    const opened = openCheckpoint(changed, vkeys, ORIGIN);
    // the second signature is by a key nobody knows: its bytes may be anything of the form
    if (opened.ok) expect({ ...opened.checkpoint, note: '' }).toEqual({ ...good.checkpoint, note: '' });
  }
});

const shared = sharedDir();
const published = (name: string) => JSON.parse(fs.readFileSync(path.join(shared ?? '', 'vectors/c2sp', name), 'utf8'));

describe.skipIf(shared === null)('published notes and checkpoints (C2SP)', () => {
  test('signed notes', () => {
    let judged = 0;
    for (const c of published('notes.json').cases) {
      const vkeys = c.vkeys.map(parseVkey) as (Vkey | null)[];
      if (vkeys.includes(null)) continue; // ECDSA, tree heads of RFC 6962
      judged++;
      const opened = openNote(c.note_base64 === undefined ? c.note : Buffer.from(c.note_base64, 'base64'), vkeys as Vkey[]);
      if (c.expect === 'refuse') {
        expect(opened, c.id).toEqual({ ok: false, reason: c.reason });
        continue;
      }
      if (!opened.ok) throw new Error(`${c.id}: ${opened.reason}`);
      expect(opened.note.text).toBe(c.text);
      const verified = opened.note.verified.map(({ vkey: { name, keyId, type }, time }) => ({ name, key_id: keyId, type, ...(time === null ? {} : { time }) }));
      expect(verified, c.id).toEqual(c.verified);
      expect(
        opened.note.ignored.map(({ name, keyId }) => ({ name, key_id: keyId })),
        c.id,
      ).toEqual(c.ignored);
      if (c.checkpoint !== undefined) {
        const strict = openCheckpoint(c.note, vkeys as Vkey[], c.checkpoint.origin);
        // a witness alone makes no checkpoint, nor does a key of another name
        const isOurs = c.checkpoint.extensions.length === 0 && opened.note.verified.some(({ vkey }) => vkey.type === 1 && vkey.name === c.checkpoint.origin);
        if (c.id === 'rekor2-staging-witnesses-alone' || c.origin_equals_key_name === false) expect(isOurs).toBe(false);
        expect(strict.ok, `${c.id} ${JSON.stringify(strict)}`).toBe(isOurs);
        if (strict.ok) expect(strict.checkpoint.size).toBe(c.checkpoint.size);
      }
    }
    expect(judged).toBeGreaterThan(60);
  });

  test('bodies', () => {
    const { cases } = published('checkpoints.json');
    for (const c of cases) {
      const body = parseCheckpointText(c.body);
      // a space in the origin line is for the key's name to refuse
      const isOurs = c.strict === 'valid' || (c.expect === 'valid' && c.extensions.length === 0 && c.origin_line.includes(' '));
      expect(typeof body === 'object', c.id).toBe(isOurs);
      if (typeof body === 'object') {
        expect(body).toEqual({ origin: c.origin_line, size: c.size, root: Buffer.from(c.root, 'base64') });
        if (Number.isSafeInteger(c.size)) expect(checkpointText(body.origin, body.size, body.root)).toBe(c.body);
      }
    }
  });

  test('a note is split at its last empty line', () => {
    expect(parseNote('a\n\nb\n\n\u2014 n AAAAAAA=\n')?.text).toBe('a\n\nb\n');
    expect(parseNote('a\n\nb\n\n')).toBeNull();
    expect(parseNote('a\n\n\u2014 n AAAA\n')).toBeNull();
  });
});
