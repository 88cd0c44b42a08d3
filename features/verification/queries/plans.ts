// How the planner is led where it matters which way a question goes: an index and its table may not hold the same rows, and only one of them is what is asked about.
const ways = (names: readonly string[], is: string) => names.map((name) => `set local enable_${name} ${is}`).join('; ');

const OTHER_THAN_INDEXES = ['seqscan', 'bitmapscan', 'sort', 'incremental_sort'];
/** Through an index, in its order. Until `ANY_WAY`. */
export const BY_INDEX = ways(OTHER_THAN_INDEXES, '= off');
export const ANY_WAY = ways(OTHER_THAN_INDEXES, 'to default');

const INDEXES = ['indexscan', 'indexonlyscan', 'bitmapscan'];
/** The statement through the table itself. @param text trusted SQL without parameters */
export const withoutIndexes = (text: string): string => `${ways(INDEXES, '= off')}; ${text}; ${ways(INDEXES, 'to default')}`;
