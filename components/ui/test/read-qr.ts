// Reads a QR code from its modules as a camera would that sees it perfectly (ISO/IEC 18004), apart from the encoder: format, mask, the zigzag of the codewords, blocks, byte mode.
// Error correction is not needed then and not looked at. Versions 1 to 9 of level M, the only one used here.

/** Blocks of level M by version: how many of how many data codewords. */
const BLOCKS: Record<number, [count: number, data: number][]> = {
  1: [[1, 16]],
  2: [[1, 28]],
  3: [[1, 44]],
  4: [[2, 32]],
  5: [[2, 43]],
  6: [[4, 27]],
  7: [[4, 31]],
  8: [
    [2, 38],
    [2, 39],
  ],
  9: [
    [3, 36],
    [2, 37],
  ],
};
const CENTRES: Record<number, number[]> = { 7: [6, 22, 38], 8: [6, 24, 42], 9: [6, 26, 46] };
const MASKS: ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2,
  (_, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

/** @param isDark without the quiet zone, rows from the top. @throws where it is not such a code */
export function readQr(isDark: readonly (readonly boolean[])[]): string {
  const size = isDark.length;
  const version = (size - 17) / 4;
  const blocks = BLOCKS[version];
  if (!blocks) throw new Error(`a code of ${size} modules is not read here`);
  const at = (x: number, y: number) => isDark[y]?.[x] === true;
  const format = Array.from({ length: 6 }, (_, x) => Number(at(x, 8))).concat(Number(at(7, 8)), Number(at(8, 8)), Number(at(8, 7)));
  const [level, mask] = [bits(format.slice(0, 2)) ^ 0b10, bits(format.slice(2, 5)) ^ 0b101];
  if (level !== 0) throw new Error('it is not of level M');
  const codewords = readCodewords(size, version, (x, y) => at(x, y) !== (MASKS[mask]?.(x, y) === 0));
  return textOf(dataOf(codewords, blocks));
}

const bits = (list: readonly number[]) => list.reduce((value, bit) => value * 2 + bit, 0);

/** In pairs of columns from the right, up and down by turns, past everything that is no data. */
function readCodewords(size: number, version: number, isOne: (x: number, y: number) => boolean): number[] {
  const stream: number[] = [];
  let isUp = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5; // the timing column
    for (let step = 0; step < size; step++) {
      const y = isUp ? size - 1 - step : step;
      for (const x of [right, right - 1]) if (!isFunction(x, y, size, version)) stream.push(Number(isOne(x, y)));
    }
    isUp = !isUp;
  }
  return Array.from({ length: stream.length >> 3 }, (_, i) => bits(stream.slice(i * 8, i * 8 + 8)));
}

function isFunction(x: number, y: number, size: number, version: number): boolean {
  const isFinder = (x < 9 && y < 9) || (x >= size - 8 && y < 9) || (x < 9 && y >= size - 8);
  const isVersion = version >= 7 && ((x >= size - 11 && y < 6) || (y >= size - 11 && x < 6));
  return isFinder || isVersion || x === 6 || y === 6 || isAlignment(x, y, size, version);
}

function isAlignment(x: number, y: number, size: number, version: number): boolean {
  const centres = version === 1 ? [] : (CENTRES[version] ?? [6, size - 7]);
  const last = centres.at(-1);
  return centres.some((cx) =>
    centres.some((cy) => {
      const isFinder = (cx === 6 && cy === 6) || (cx === 6 && cy === last) || (cx === last && cy === 6);
      return !isFinder && Math.abs(x - cx) <= 2 && Math.abs(y - cy) <= 2;
    }),
  );
}

/** Codewords of the blocks lie one of each in turn; the longer blocks have one more at the end. */
function dataOf(codewords: readonly number[], groups: readonly [number, number][]): number[] {
  const blocks = groups.flatMap(([count, data]) => Array.from({ length: count }, () => ({ data, words: [] as number[] })));
  let at = 0;
  for (let i = 0; i < Math.max(...blocks.map(({ data }) => data)); i++) {
    for (const block of blocks) if (i < block.data) block.words.push(codewords[at++] as number);
  }
  return blocks.flatMap(({ words }) => words);
}

/** Segments of byte mode, up to the terminator. */
function textOf(data: readonly number[]): string {
  const stream = data.flatMap((word) => [...word.toString(2).padStart(8, '0')].map(Number));
  let at = 0;
  const take = (count: number) => {
    at += count;
    return bits(stream.slice(at - count, at));
  };
  const bytes: number[] = [];
  while (at + 4 <= stream.length) {
    const mode = take(4);
    if (mode === 0) break;
    if (mode !== 0b0100) throw new Error(`a segment of mode ${mode} is not read here`);
    for (let left = take(8); left > 0; left--) bytes.push(take(8));
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
}

/** The modules of a code that is drawn as a path of squares, without its quiet zone of four. @param markup that of the svg */
export function modulesOf(markup: string): boolean[][] {
  const size = Number(/viewBox="0 0 (\d+) /.exec(markup)?.[1]) - 8;
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y] of markup.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    const row = rows[Number(y) - 4];
    if (row?.[Number(x) - 4] === undefined) throw new Error(`a dark module in the quiet zone: ${x} ${y}`);
    row[Number(x) - 4] = true;
  }
  return rows;
}
