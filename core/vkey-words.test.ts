import { expect, test } from 'vitest';
import { specVectors } from '../lib/test/spec-vectors';
import { sha256Hex } from './sha256';
import { FINGERPRINT_WORDS, vkeyWords } from './vkey-words';

test('the list is what it says, and never changes', () => {
  expect(FINGERPRINT_WORDS.length).toBe(256);
  expect(new Set(FINGERPRINT_WORDS.map((word) => word.slice(0, 4))).size).toBe(256);
  expect(FINGERPRINT_WORDS.every((word) => /^[a-z]{3,8}$/.test(word))).toBe(true);
  expect([...FINGERPRINT_WORDS].sort()).toEqual(FINGERPRINT_WORDS);
  expect(sha256Hex(FINGERPRINT_WORDS.join('\n'))).toBe('727da7e326d46958f52c98feb4a6c786ddf9af5f5b159694a01e232c3f58a946');
});

test('a key has eight words, another key others', () => {
  expect(vkeyWords(specVectors.keys.log.vkey)).toBe('lily chalk bench stone needle timber puzzle iris');
  expect(vkeyWords(specVectors.keys.stranger.vkey)).not.toBe(vkeyWords(specVectors.keys.log.vkey));
});
