/** Each begins no later than the one before it got, and gets further; as few as will do. */
export function longestChain<T extends { from: number; size: number }>(runs: readonly T[]): T[] {
  const chain: T[] = [];
  for (let reached = 0; ; ) {
    let next: T | null = null;
    for (const one of runs) if (one.from <= reached && one.size > (next?.size ?? reached)) next = one;
    if (next === null) return chain;
    chain.push(next);
    reached = next.size;
  }
}
