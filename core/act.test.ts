import { describe, expect, test } from 'vitest';
import { specVectors, vectorCases } from '../lib/test/spec-vectors';
import { ACT_ACTIONS, type ActAction, actText, signAct, verifyAct } from './act';
import { parseVkeys, vkeyText } from './checkpoint';
import { RESERVED_ACTIONS } from './draft';
import { canonicalJson } from './jcs';
import { type JsonObject, parseJson } from './json';
import { makeLogKey } from './vkey';

const objectOf = (value: unknown) => (parseJson(JSON.stringify(value)) as { value: JsonObject }).value;

describe('vectors: acts', () => {
  test.each(vectorCases('acts.good'))('$name', ({ origin, action, details, text, key, act, details_text, vkeys }) => {
    const { seed, vkey } = specVectors.keys[key];
    expect(actText(origin, action, objectOf(details))).toBe(text);
    const signed = signAct(origin, action, objectOf(details), makeLogKey(Buffer.from(seed, 'hex')));
    expect(signed.act).toBe(act);
    expect(canonicalJson(signed)).toBe(details_text);
    const signer = verifyAct(origin, action, objectOf({ ...details, act }), parseVkeys(vkeys));
    expect(signer && vkeyText(signer)).toBe(vkey);
  });

  test.each(vectorCases('acts.refused'))('refused: $name', ({ origin, action, details, vkeys }) => {
    expect(verifyAct(origin, action, objectOf(details), parseVkeys(vkeys))).toBeNull();
  });
});

test('any change of the details, one member or one character, breaks the act', () => {
  const key = makeLogKey(Buffer.alloc(32, 3));
  const vkeys = parseVkeys([specVectors.keys.log.vkey]).map((vkey) => ({ ...vkey, publicKey: key.publicKey, keyId: '' }));
  const action: ActAction = 'value.erased';
  const signed = signAct('audit.example.com/main', action, objectOf({ seq: 5, pointer: '/details/email', ground: 'art-17' }), key);
  const keyId = Buffer.from(signed.act as string, 'base64').toString('hex', 0, 4);
  const given = vkeys.map((vkey) => ({ ...vkey, keyId }));
  expect(verifyAct('audit.example.com/main', action, signed, given)).not.toBeNull();
  const text = canonicalJson(signed);
  let judged = 0;
  for (let i = 0; i < text.length; i++) {
    const changed = parseJson(text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1));
    if (!changed.ok || canonicalJson(changed.value) === text) continue;
    judged++;
    expect(verifyAct('audit.example.com/main', action, changed.value as JsonObject, given)).toBeNull();
  }
  expect(judged).toBeGreaterThan(100);
});

test('no source may send an act', () => {
  for (const action of ACT_ACTIONS) expect(RESERVED_ACTIONS.has(action)).toBe(true);
});
