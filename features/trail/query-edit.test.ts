import { describe, expect, it } from 'vitest';
import { chipText, exclude, onlyThis, resourceValue } from './query-edit';
import { formatTerms, parseQueryText } from './query-text';

const terms = (text: string) => {
  const parsed = parseQueryText(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.terms;
};

describe('a query under the hand', () => {
  it.each([
    ['', 'actor:bert', 'actor', 'bert'],
    ['actor:a outcome:denied', 'actor:bert outcome:denied', 'actor', 'bert'],
    ['-actor:a,b outcome:denied actor:c', 'actor:bert outcome:denied', 'actor', 'bert'],
    ['', 'actor:""', 'actor', ''],
  ])('only this: %j becomes %j', (before, after, key, text) => expect(formatTerms(onlyThis(terms(before), key, text))).toBe(after));
  it.each([
    ['', '-actor:bert', 'actor', 'bert'],
    ['-actor:a', '-actor:a,bert', 'actor', 'bert'],
    ['-actor:a,bert', '-actor:a,bert', 'actor', 'bert'],
    ['actor:a,bert', 'actor:a -actor:bert', 'actor', 'bert'],
    ['outcome:denied', '-outcome:denied', 'outcome', 'denied'],
  ])('exclude: %j becomes %j', (before, after, key, text) => expect(formatTerms(exclude(terms(before), key, text))).toBe(after));
  it('reads as a sentence', () => {
    expect(terms('actor:bert-jan outcome:failure,denied -action:s3.*,iam. "stop" ip:* (actor:a or ip:b) -agent:*curl*').map(chipText)).toEqual([
      'actor is bert-jan',
      'outcome is failure or denied',
      'action does not start with s3. or is not iam.',
      'action or resource contains stop',
      'IP address starts with anything',
      'any of',
      'user agent does not contain curl',
    ]);
  });
  it('writes a resource so that it is read back', () => {
    expect(resourceValue('merchant', 'a/b')).toEqual({ key: 'resource', text: 'merchant/a/b' });
    expect(resourceValue('pods/exec', 'x')).toEqual({ key: 'resource_id', text: 'x' });
  });
});
