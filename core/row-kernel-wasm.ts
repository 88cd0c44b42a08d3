/**
 * The canonical halves of an event (SPEC §1) and the text of its link, written by a module of WebAssembly from a row as binary COPY sends it: sixteen bytes at a time, where
 * TypeScript moves eight at best and looks each digit up. There is no tool to build it with: it is put together here, from the members in the order of JCS.
 *
 * A writer is given where to write and gives the place behind what it wrote. It may overrun that by fifteen bytes, which the next one overwrites, and read as far beyond a value.
 */
import { COLUMN as C, COPY_COLUMNS } from './copy-row';
import {
  BASE64_AT,
  DECIMAL_AT,
  DIGESTS_AT,
  HEADER,
  HEADER_AT,
  LENGTHS_AT,
  LINK,
  LINK_AT,
  OCCURRED_DAY_AT,
  PAGES,
  PAYLOAD,
  PAYLOAD_AT,
  RECORDED_DAY_AT,
  SHORT_AT,
  STARTS_AT,
  TAIL_AT,
  TEXT_BYTES,
  TEXTS,
  TEXTS_AT,
} from './row-kernel-memory';
import {
  above,
  add,
  add64,
  atMost,
  below,
  below64,
  bitAnd,
  bits,
  bytesOf,
  type Code,
  call,
  equals,
  get,
  give,
  I32,
  I64,
  i32,
  i64,
  left,
  lesserBytes,
  load,
  load4,
  load8,
  load8Bytes,
  load16,
  load32,
  long,
  lookUp,
  low,
  minus,
  minus64,
  moduleOf,
  or,
  over,
  over64,
  and as overlap,
  type Routine,
  rest64,
  right,
  sameBytes,
  set,
  shrBytes,
  shuffle,
  splatByte,
  step,
  store,
  store8,
  store8Bytes,
  store16,
  store32,
  times,
  times64,
  VECTOR,
  when,
  whilst,
  word,
} from './wasm-code';

const [QUOTE, BACKSLASH, DASH, COLON, POINT, NEWLINE, ZERO, CLOSE] = [0x22, 0x5c, 0x2d, 0x3a, 0x2e, 0x0a, 0x30, 0x7d];

// the routines, by their places in the module
const [FIELDS, COPIED, STRING, ESCAPED, HEX, UUID, SALT, DIGITS, INTEGER, TIME] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

const startOf = (column: number): Code => load32(i32(STARTS_AT + 4 * column));
const lengthOf = (column: number): Code => load32(i32(LENGTHS_AT + 4 * column));
const SWAPPED = [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12];
const big32 = (address: Code): Code => word(lookUp(load4(address), bytesOf(SWAPPED)), 0);
const big64 = (address: Code): Code => long(lookUp(load8Bytes(address), bytesOf([7, 6, 5, 4, 3, 2, 1, 0, 8, 9, 10, 11, 12, 13, 14, 15])));

/** (row): where its columns lie, their count being what it should. */
function fields(): Routine {
  const [at, column, length] = [0, 1, 2];
  const code = [
    step(at, i32(2)),
    whilst(
      below(get(column), i32(4 * COPY_COLUMNS.length)),
      set(length, big32(get(at))),
      step(at, i32(4)),
      store32(get(column), get(at), STARTS_AT),
      store32(get(column), get(length), LENGTHS_AT),
      when(above(get(length), i32(0)), step(at, get(length))),
      step(column, i32(4)),
    ),
  ];
  return { params: 1, gives: false, locals: [I32, I32], code };
}

// of what most writers are given
const [OUT, FROM, SIZE] = [0, 1, 2];

function copied(): Routine {
  const at = 3;
  const code = [
    whilst(below(get(at), get(SIZE)), store(add(get(OUT), get(at)), 0, load(add(get(FROM), get(at)), 0)), step(at, i32(16))),
    add(get(OUT), get(SIZE)),
  ];
  return { params: 3, gives: true, locals: [I32], code };
}

/** UTF-8 as the inside of a JSON string. Bytes that are no UTF-8 stay as they are. */
function string(): Routine {
  const [at, eight, escapes] = [3, 5, 4];
  const isEscaped = (value: Code) => or(or(lesserBytes(value, splatByte(0x20)), sameBytes(value, splatByte(QUOTE))), sameBytes(value, splatByte(BACKSLASH)));
  const rest = minus(get(SIZE), get(at));
  const here = (local: number) => add(get(local), get(at));
  const code = [
    whilst(
      below(get(at), get(SIZE)),
      set(eight, load(here(FROM), 0)),
      set(escapes, bits(isEscaped(get(eight)))),
      // those behind the end are none of ours
      when(below(rest, i32(16)), set(escapes, bitAnd(get(escapes), minus(left(i32(1), rest), i32(1))))),
      when(get(escapes), give(call(ESCAPED, here(OUT), here(FROM), rest))),
      store(here(OUT), 0, get(eight)),
      step(at, i32(16)),
    ),
    add(get(OUT), get(SIZE)),
  ];
  return { params: 3, gives: true, locals: [I32, I32, VECTOR], code };
}

/** RFC 8785 §3.2.2.2: short escapes where JSON has them, \u00xx for the other control characters, everything else as it is. */
function escaped(): Routine {
  const [end, byte, short] = [3, 4, 5];
  const put = (value: Code, offset = 0) => store8(get(OUT), value, offset);
  const digit = (value: Code): Code => add(add(value, i32(ZERO)), times(over(value, i32(10)), i32(39)));
  const code = [
    set(end, add(get(FROM), get(SIZE))),
    whilst(
      below(get(FROM), get(end)),
      set(byte, load8(get(FROM))),
      set(short, load8(get(byte), SHORT_AT)),
      put(get(byte)),
      when(get(short), put(i32(BACKSLASH)), put(get(short), 1), step(OUT, i32(1))),
      when(
        bitAnd(equals(get(short), i32(0)), below(get(byte), i32(0x20))),
        store32(get(OUT), i32(0x3030755c)), // \u00
        put(digit(right(get(byte), i32(4))), 4),
        put(digit(bitAnd(get(byte), i32(15))), 5),
        step(OUT, i32(5)),
      ),
      step(OUT, i32(1)),
      step(FROM, i32(1)),
    ),
    get(OUT),
  ];
  return { params: 3, gives: true, locals: [I32, I32, I32], code };
}

const DIGITS_OF_HEX = bytesOf([...'0123456789abcdef'].map((digit) => digit.charCodeAt(0)));
const PAIRED = Array.from({ length: 16 }, (_, i) => (i >> 1) + 16 * (i & 1));

/** Sixteen bytes at `address` as two times sixteen digits, in two locals. */
const hexOf = (address: Code, first: number, second: number): Code => [
  set(first, load(address, 0)),
  set(second, lookUp(DIGITS_OF_HEX, overlap(get(first), splatByte(15)))),
  set(first, lookUp(DIGITS_OF_HEX, shrBytes(get(first), 4))),
  // both at once: each needs the other as it was
  [
    shuffle(get(first), get(second), PAIRED),
    shuffle(
      get(first),
      get(second),
      PAIRED.map((place) => place + 8),
    ),
  ],
  [0x21, second, 0x21, first],
];

/** Thirty-two bytes, and a new line. */
function hex(): Routine {
  const [first, second] = [2, 3];
  const half = (of: number): Code => [
    hexOf(add(get(FROM), i32(of * 16)), first, second),
    store(get(OUT), of * 32, get(first)),
    store(get(OUT), of * 32 + 16, get(second)),
  ];
  return { params: 2, gives: true, locals: [VECTOR, VECTOR], code: [half(0), half(1), store8(get(OUT), i32(NEWLINE), 64), add(get(OUT), i32(65))] };
}

/** 8-4-4-4-12 */
function uuid(): Routine {
  const [first, second] = [2, 3];
  const group = (offset: number, value: Code): Code => [store32(get(OUT), value, offset), store8(get(OUT), i32(DASH), offset + 4)];
  const code = [
    hexOf(get(FROM), first, second),
    store8Bytes(get(OUT), 0, get(first), 0),
    store8(get(OUT), i32(DASH), 8),
    group(9, word(get(first), 2)),
    group(14, word(get(first), 3)),
    group(19, word(get(second), 0)),
    store32(get(OUT), word(get(second), 1), 24),
    store8Bytes(get(OUT), 28, get(second), 1),
    add(get(OUT), i32(36)),
  ];
  return { params: 2, gives: true, locals: [VECTOR, VECTOR], code };
}

/** Sixteen bytes as 22 characters of b64u. */
function salt(): Routine {
  const [end, six] = [2, 3];
  const looked = (index: Code): Code => load16(times(index, i32(2)), BASE64_AT);
  const code = [
    set(end, add(get(FROM), i32(15))),
    whilst(
      below(get(FROM), get(end)),
      set(six, right(big32(get(FROM)), i32(8))),
      store16(get(OUT), looked(bitAnd(right(get(six), i32(12)), i32(4095)))),
      store16(get(OUT), looked(bitAnd(get(six), i32(4095))), 2),
      step(FROM, i32(3)),
      step(OUT, i32(4)),
    ),
    store16(get(OUT), looked(left(load8(get(FROM)), i32(4)))),
    add(get(OUT), i32(2)),
  ];
  return { params: 2, gives: true, locals: [I32, I32], code };
}

/** (out, value below 2^31, least digits) */
function digits(): Routine {
  const [value, least, limit, at, tenth] = [1, 2, 3, 4, 5];
  const code = [
    set(limit, i32(10)),
    set(at, i32(1)),
    whilst(bitAnd(below(get(at), i32(9)), atMost(get(limit), get(value))), set(limit, times(get(limit), i32(10))), step(at, i32(1))),
    when(below(get(at), get(least)), set(at, get(least))),
    set(limit, add(get(OUT), get(at))),
    set(at, get(limit)),
    whilst(
      above(get(at), get(OUT)),
      step(at, i32(-1)),
      set(tenth, over(get(value), i32(10))),
      store8(get(at), add(minus(get(value), times(get(tenth), i32(10))), i32(ZERO))),
      set(value, get(tenth)),
    ),
    get(limit),
  ];
  return { params: 3, gives: true, locals: [I32, I32, I32], code };
}

const BILLION = 1_000_000_000;

/** A bigint from 0 to 2^53-1. */
function integer(): Routine {
  const [value, high] = [2, 3];
  const code = [
    set(value, big64(get(FROM))),
    when(below64(get(value), i64(BILLION)), give(call(DIGITS, get(OUT), low(get(value)), i32(1)))),
    set(high, over64(get(value), i64(BILLION))),
    call(DIGITS, call(DIGITS, get(OUT), low(get(high)), i32(1)), low(minus64(get(value), times64(get(high), i64(BILLION)))), i32(9)),
  ];
  return { params: 2, gives: true, locals: [I64, I64], code };
}

/** (out, from, day): the 27 characters of microseconds since 2000, from 1970 on. */
function time(): Routine {
  const [day, seconds, fraction, hundredths, thousands, inDay] = [2, 3, 4, 5, 6, 7];
  const two = (offset: number, value: Code): Code => store16(get(OUT), load16(times(value, i32(2)), DECIMAL_AT), offset);
  const mark = (offset: number, byte: number): Code => store8(get(OUT), i32(byte), offset);
  const rest = (value: Code, of: number): Code => minus(value, times(over(value, i32(of)), i32(of)));
  const code = [
    store(get(OUT), 0, load(get(day), 0)),
    set(inDay, rest64(add64(big64(get(FROM)), i64(10_957 * 86_400_000_000)), i64(86_400_000_000))),
    set(seconds, low(over64(get(inDay), i64(1_000_000)))),
    set(fraction, low(rest64(get(inDay), i64(1_000_000)))),
    set(hundredths, over(get(fraction), i32(100))),
    set(thousands, over(get(hundredths), i32(100))),
    [two(11, over(get(seconds), i32(3600))), mark(13, COLON)],
    [two(14, rest(over(get(seconds), i32(60)), 60)), mark(16, COLON)],
    [two(17, rest(get(seconds), 60)), mark(19, POINT)],
    two(20, get(thousands)),
    two(22, minus(get(hundredths), times(get(thousands), i32(100)))),
    two(24, minus(get(fraction), times(get(hundredths), i32(100)))),
    mark(26, 0x5a),
    add(get(OUT), i32(27)),
  ];
  return { params: 3, gives: true, locals: [I32, I32, I32, I32, I64], code };
}

type Kind = (typeof HEADER | typeof PAYLOAD)[number][2];

const writtenBy: Record<Kind, (column: number) => Code> = {
  text: (column) => call(STRING, get(OUT), startOf(column), lengthOf(column)),
  json: (column) => call(COPIED, get(OUT), startOf(column), lengthOf(column)),
  uuid: (column) => call(UUID, get(OUT), startOf(column)),
  salt: (column) => call(SALT, get(OUT), startOf(column)),
  integer: (column) => call(INTEGER, get(OUT), startOf(column)),
  time: (column) => call(TIME, get(OUT), startOf(column), i32(column === C.recorded_at ? RECORDED_DAY_AT : OCCURRED_DAY_AT)),
};

function put(text: string): Code {
  const from = i32(TEXTS_AT + TEXT_BYTES * TEXTS.indexOf(text));
  return [store(get(OUT), 0, load(from, 0)), text.length > 16 ? store(get(OUT), 16, load(from, 16)) : [], step(OUT, i32(text.length))];
}

/** (where the row begins, length of the tail): gives how long the header is. */
function header(): Routine {
  const [row, tail] = [0, 1];
  const code = [
    call(FIELDS, get(row)),
    set(OUT, i32(HEADER_AT)),
    HEADER.map(([text, column, kind]) => [put(text), set(OUT, writtenBy[kind](column))]),
    minus(call(COPIED, get(OUT), i32(TAIL_AT), get(tail)), i32(HEADER_AT)),
  ];
  return { name: 'header', params: 2, gives: true, locals: [], code };
}

/** Behind `header`: gives how long the payload is. */
function payload(): Routine {
  const isThere = (column: number): Code => atMost(i32(0), lengthOf(column));
  const isQuoted = (kind: Kind) => kind !== 'json' && kind !== 'integer';
  const member = ([text, column, kind]: (typeof PAYLOAD)[number]): Code =>
    when(isThere(column), put(text), set(OUT, writtenBy[kind](column)), isQuoted(kind) ? [store8(get(OUT), i32(QUOTE)), step(OUT, i32(1))] : []);
  const code = [set(OUT, i32(PAYLOAD_AT)), PAYLOAD.map(member), store8(get(OUT), i32(CLOSE)), minus(add(get(OUT), i32(1)), i32(PAYLOAD_AT))];
  return { name: 'payload', params: 0, gives: true, locals: [I32], code };
}

/** Behind `header`, and with both digests written: gives how long the text of the link is. */
function link(): Routine {
  const code = [
    set(OUT, i32(LINK_AT)),
    put(LINK),
    set(OUT, call(INTEGER, get(OUT), startOf(C.seq))),
    store8(get(OUT), i32(NEWLINE)),
    step(OUT, i32(1)),
    [startOf(C.prev_hash), i32(DIGESTS_AT), i32(DIGESTS_AT + 32)].map((from) => set(OUT, call(HEX, get(OUT), from))),
    minus(get(OUT), i32(LINK_AT)),
  ];
  return { name: 'link', params: 0, gives: true, locals: [I32], code };
}

/** Exports `memory`, `header(row, tail)`, `payload()` and `link()`, each of which gives a length. */
export const assemble = (): Uint8Array<ArrayBuffer> =>
  moduleOf(PAGES, [fields(), copied(), string(), escaped(), hex(), uuid(), salt(), digits(), integer(), time(), header(), payload(), link()]);
