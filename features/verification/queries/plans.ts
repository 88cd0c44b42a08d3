// How the planner is led where it matters which way a question goes: an index and its table may not hold the same rows, and only one of them is what is asked about.
const ways = (names: readonly string[], is: string) => names.map((name) => `set local enable_${name} ${is}`).join('; ');

const OTHER_THAN_INDEXES = ['seqscan', 'bitmapscan', 'sort', 'incremental_sort'];
/** Through an index, in its order. Until `ANY_WAY`. */
export const BY_INDEX = ways(OTHER_THAN_INDEXES, '= off');
export const ANY_WAY = ways(OTHER_THAN_INDEXES, 'to default');

const INDEXES = ['indexscan', 'indexonlyscan', 'bitmapscan'];
const TABLE = ['seqscan'];
/** The statement through the table itself, whatever ways somebody has closed for the whole database. @param text trusted SQL without parameters */
export const withoutIndexes = (text: string): string =>
  `${ways(INDEXES, '= off')}; ${ways(TABLE, '= on')}; ${text}; ${ways([...INDEXES, ...TABLE], 'to default')}`;

const COSTS = { seq_page_cost: 0, random_page_cost: 0, cpu_operator_cost: 1 };
/**
 * The statement through the one index whose order it has, that of a part of the rows before the one of all: no page costs anything then, and a condition that is to be looked at much.
 * `held`: what the entries say, from the index alone; else what stands in the rows that they lead to.
 */
export function byOneIndex(text: string, is: 'held' | 'led to'): string {
  const costs = Object.entries(COSTS).map(([name, cost]) => `set local ${name} = ${cost}`);
  const before = Object.keys(COSTS).map((name) => `set local ${name} to default`);
  const way = `${BY_INDEX}; ${ways(['indexscan'], '= on')}; ${ways(['indexonlyscan'], is === 'held' ? '= on' : '= off')}`;
  return [way, ...costs, text, ANY_WAY, ways(['indexscan', 'indexonlyscan'], 'to default'), ...before].join('; ');
}
