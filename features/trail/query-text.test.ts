import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Filter, matchesFilter } from '@/core/filter';
import { formatQueryText, formatTerms, parseQueryText } from './query-text';
import { eventOf, filterOf } from './test/arbitrary-filter';

const filter = (text: string) => {
  const parsed = parseQueryText(text);
  if (!parsed.ok) throw new Error(`${parsed.message} (at ${parsed.at})`);
  return parsed.filter;
};
const fault = (text: string) => {
  const parsed = parseQueryText(text);
  return parsed.ok ? 'no fault' : `${parsed.at}+${parsed.length}: ${parsed.message}`;
};

describe('parseQueryText', () => {
  it('reads the query of the reference screens', () => {
    expect(filter('actor:bert-jan -action:s3.* outcome:failure,denied')).toEqual({
      and: [{ eq: ['actor_id', 'bert-jan'] }, { not: { prefix: ['action', 's3.'] } }, { in: ['outcome', ['failure', 'denied']] }],
    });
  });
  it('takes an empty text as everything', () => expect(filter('  ')).toEqual({ and: [] }));
  it('looks for free text in action and resource id', () => {
    expect(filter('"stop logging"')).toEqual({ or: [{ contains: ['action', 'stop logging'] }, { contains: ['resource_id', 'stop logging'] }] });
  });
  it('mixes exact and open values of one field', () => {
    expect(filter('action:login,s3.*,*Policy*')).toEqual({
      or: [{ eq: ['action', 'login'] }, { prefix: ['action', 's3.'] }, { contains: ['action', 'Policy'] }],
    });
    expect(filter('action:a,b,s3.*')).toEqual({ or: [{ in: ['action', ['a', 'b']] }, { prefix: ['action', 's3.'] }] });
  });
  it('takes a resource as type and id, or as the id alone', () => {
    expect(filter('resource:merchant/M-2207')).toEqual({ and: [{ eq: ['resource_type', 'merchant'] }, { eq: ['resource_id', 'M-2207'] }] });
    expect(filter('resource:merchant/M-*')).toEqual({ and: [{ eq: ['resource_type', 'merchant'] }, { prefix: ['resource_id', 'M-'] }] });
    expect(filter('resource:M-2207')).toEqual({ eq: ['resource_id', 'M-2207'] });
    expect(filter('resource_id:a/b')).toEqual({ eq: ['resource_id', 'a/b'] });
  });
  it('tells absent, empty and present apart', () => {
    expect(filter('actor:""')).toEqual({ eq: ['actor_id', ''] });
    expect(filter('ip:*')).toEqual({ prefix: ['ip_address', ''] });
    expect(filter('-ip:*')).toEqual({ not: { prefix: ['ip_address', ''] } });
  });
  it('compares numbers and times', () => {
    expect(filter('seq:>=100 seq:<200')).toEqual({ and: [{ gte: ['seq', 100] }, { lt: ['seq', 200] }] });
    expect(filter('recorded:>=2026-11-23T12:40Z')).toEqual({ gte: ['recorded_at', '2026-11-23T12:40:00.000000Z'] });
    expect(filter('seq:5,6')).toEqual({ in: ['seq', [5, 6]] });
  });
  it('reads brackets and "or"', () => {
    expect(filter('(actor:a action:b or outcome:denied) ip:1.2.3.4')).toEqual({
      and: [{ or: [{ and: [{ eq: ['actor_id', 'a'] }, { eq: ['action', 'b'] }] }, { eq: ['outcome', 'denied'] }] }, { eq: ['ip_address', '1.2.3.4'] }],
    });
    expect(filter('actor:a or actor:b')).toEqual({ or: [{ eq: ['actor_id', 'a'] }, { eq: ['actor_id', 'b'] }] });
    expect(filter('actor:a and action:b')).toEqual({ and: [{ eq: ['actor_id', 'a'] }, { eq: ['action', 'b'] }] });
  });
  it('keeps colons, slashes and hyphens inside a value', () => {
    expect(filter('actor:arn:aws:iam::123456789012:user/bert-jan')).toEqual({ eq: ['actor_id', 'arn:aws:iam::123456789012:user/bert-jan'] });
    expect(filter('-agent:"a \\"b\\" \\\\ c"')).toEqual({ not: { eq: ['user_agent', 'a "b" \\ c'] } });
  });
  it('takes a choice it does not know only in quotes', () => {
    expect(fault('outcome:failed')).toBe('8+6: "failed" is no outcome: success, failure, denied.');
    expect(filter('outcome:"Denied"')).toEqual({ eq: ['outcome', 'Denied'] });
  });
  it.each([
    ['colour:red', '0+6: There is no field "colour". To search for the text, put it in quotes: "colour:red".'],
    ['actor:"bert', '6+1: This quotation mark is never closed.'],
    ['actor: x', '6+1: Write a value after "actor:", or "" for events that leave it empty.'],
    ['action:*Policy', '7+7: Nothing can be searched by its end: write *Policy* for "contains".'],
    ['action:a*b', '9+1'],
    ['seq:12a', '4+3: "12a" is no whole number.'],
    ['seq:1*', '4+2: "seq" is a number: write it whole.'],
    ['seq:99999999999999999', '4+17: "99999999999999999" is no whole number.'],
    ['recorded:>=yesterday', '9+11: Write the time as 2026-11-23T13:01:27Z (UTC).'],
    ['occurred:<2026-02-30T00:00Z', '9+18: Write the time as 2026-11-23T13:01:27Z (UTC).'],
    ['(actor:a', '0+1: This bracket is never closed.'],
    ['actor:a)', '7+1: This bracket closes nothing. Put it in quotes to search for it.'],
    ['or actor:a', '0+2: Something has to stand before "or". Put the word in quotes to search for it.'],
    ['actor:a or', '9+1: Something has to follow "or".'],
    ['a\0b', '1+1: No event holds the character U+0000.'],
    ['('.repeat(40), '17+1: Brackets may stand 16 deep.'],
  ])('says where and how to mend %j', (text, expected) => expect(fault(text)).toContain(expected));
  it('refuses a text that an address cannot hold', () => expect(fault('x'.repeat(9_000))).toContain('at most 8,000 characters'));
  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'ab:"\\*,()->=< \t-0.é'), maxLength: 40 }), (text) => void parseQueryText(text)));
  });
});

describe('formatQueryText', () => {
  it.each([
    'actor:bert-jan -action:s3.* outcome:failure,denied',
    'resource:merchant/M-2207 -ip:* "stop logging",Delete*',
    '(actor:a action:b or outcome:denied) -(ip:1.2.3.4 agent:*curl*)',
    'seq:>=100 seq:<200 actor:"" outcome:"Denied"',
    '"or" "-x" "a:b" -"and"',
    '',
  ])('gives back %j', (text) => expect(formatQueryText(filter(text))).toBe(text));
  it('writes what a value must be before what it may begin with, as it is read again', () => {
    const given: Filter = { or: [{ prefix: ['resource_type', ''] }, { eq: ['resource_type', ''] }] };
    expect(formatQueryText(given)).toBe('type:"",*');
    expect(formatQueryText(filter('type:"",*'))).toBe('type:"",*');
  });
  it('has a text for every filter, which parses to the same filter or one that is no other', () => {
    fc.assert(
      fc.property(filterOf(), fc.array(eventOf(), { minLength: 20, maxLength: 20 }), (given: Filter, events) => {
        const text = formatQueryText(given);
        const parsed = parseQueryText(text);
        if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
        expect(formatTerms(parsed.terms)).toBe(text);
        const again = formatQueryText(parsed.filter); // brackets that say nothing may go, once
        expect(formatQueryText(filter(again))).toBe(again);
        for (const { header, payload } of events) expect(matchesFilter(parsed.filter, header, payload)).toBe(matchesFilter(given, header, payload));
      }),
      { numRuns: 1000 },
    );
  });
});
