import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonRecords, MAX_RECORD_BYTES } from './json-records';

function cut(text: string | Buffer, chunkBytes = 7): (string | { fault: string })[] {
  const bytes = Buffer.from(text);
  const records = new JsonRecords();
  const out: (string | { fault: string })[] = [];
  const take = (raws: ReturnType<JsonRecords['push']>) => {
    for (const raw of raws) out.push('fault' in raw ? { fault: raw.fault } : raw.bytes.toString());
  };
  for (let at = 0; at < bytes.length; at += chunkBytes) take(records.push(bytes.subarray(at, at + chunkBytes)));
  take(records.end());
  return out;
}

const truncated = (where: RegExp) => ({ fault: expect.stringMatching(where) });

describe('records of a JSON stream', () => {
  it('takes CloudTrail files, arrays and lines apart', () => {
    expect(cut('{"Records":[{"a":1},{"b":[{}]}]}')).toEqual(['{"a":1}', '{"b":[{}]}']);
    expect(cut('{ "x" : {"Records":[1]}, "Records" : [\n {"a":1} ,\n {"b":2}\n ], "y":[{"z":1}] }\n')).toEqual(['{"a":1}', '{"b":2}']);
    expect(cut('[{"a":1},\n{"b":2}]')).toEqual(['{"a":1}', '{"b":2}']);
    expect(cut('{"a":1}\n{"b":2}\r\n\n{"c":3}')).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
    expect(cut('{"a":1}{"b":2} {"c":3}')).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
    expect(cut('{\n "a": 1\n}\n{\n "b": {\n  "c": 2 }\n}\n')).toHaveLength(2);
    expect(cut('{"Records":[{"a":1}]}\n{"Records":[{"b":2},{"c":3}]}\n')).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
    expect(cut('{"Records":[]}')).toEqual([]);
    expect(cut('')).toEqual([]);
  });

  it('is not misled by brackets, quotes and the word Records inside strings', () => {
    expect(cut('{"Records":[{"a":"]}\\"{["},{"b":"\\\\"}]}')).toEqual(['{"a":"]}\\"{["}', '{"b":"\\\\"}']);
    expect(cut('{"a":"Records","b":["Records",[1]]}')).toEqual(['{"a":"Records","b":["Records",[1]]}']);
    expect(cut('{"Records":"none"}')).toEqual(['{"Records":"none"}']);
    expect(cut('{"a":{"Records":[{"b":1}]}}')).toEqual(['{"a":{"Records":[{"b":1}]}}']);
  });

  it('hands on what is no object, for the reader behind it to refuse', () => {
    expect(cut('[1,"two",null,{"a":1}]')).toEqual(['1', '"two"', 'null', '{"a":1}']);
    expect(cut('no JSON at all\n{"a":1}\n')).toEqual(['no JSON at all', '{"a":1}']);
    expect(cut('["unfinished\n')).toEqual([truncated(/the file ends/)]);
  });

  it('a broken line costs that line alone', () => {
    expect(cut('{"a":1}\n{"b":\n{"c":3}\n')).toEqual(['{"a":1}', truncated(/the line ends inside/), '{"c":3}']);
    expect(cut('{"a":1}\n{"b":"never closed\n{"c":3}\n')).toEqual(['{"a":1}', truncated(/the line ends inside/), '{"c":3}']);
    expect(cut('{"a":"never closed\n{"b":2}\n{"c":3}\n')).toEqual([truncated(/the line ends inside/), '{"b":2}', '{"c":3}']);
    expect(cut('{"a":1\n{"b":2}\n{"c":3}\n')).toEqual([truncated(/another record begins/), '{"b":2}', '{"c":3}']);
  });

  it('says where a truncated file ends', () => {
    expect(cut('{"Records":[{"a":1},{"b":"x')).toEqual(['{"a":1}', truncated(/inside record 2/)]);
    expect(cut('{"Records":[{"a":1},')).toEqual(['{"a":1}', truncated(/before the closing bracket/)]);
    expect(cut('{"Records":[{"a":1}]')).toEqual(['{"a":1}', truncated(/before the closing bracket/)]);
    expect(cut('{"a":1')).toEqual([truncated(/inside record 1/)]);
  });

  it('gives an over-long record up without keeping it', () => {
    const long = `{"a":"${'x'.repeat(MAX_RECORD_BYTES)}"}`;
    expect(cut(`[${long},{"b":2}]`, 65_536)).toEqual([{ fault: expect.stringContaining('longer than') }, '{"b":2}']);
  });

  it('cuts the same records whatever the chunks and the frame', () => {
    const record = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value));
    const frame = fc.constantFrom(
      (records: string[]) => `{"Records":[${records.join(',')}]}`,
      (records: string[]) => `{"v":1,"Records": [\n${records.join('\n,\n')}\n] }`,
      (records: string[]) => `[${records.join(' , ')}]`,
      (records: string[]) => records.map((r) => `${r}\n`).join(''),
      (records: string[]) => records.join(''),
      (records: string[]) => JSON.stringify({ Records: records.map((r) => JSON.parse(r)) }, null, 2),
    );
    fc.assert(
      fc.property(fc.array(record), frame, fc.integer({ min: 1, max: 99 }), (records, framed, chunkBytes) => {
        const got = cut(framed(records), chunkBytes).map((text) => JSON.parse(text as string));
        expect(got).toEqual(records.map((text) => JSON.parse(text)));
      }),
      { numRuns: 500 },
    );
  });
});
