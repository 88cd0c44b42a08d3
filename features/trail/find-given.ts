/**
 * What bears a number, of a trail that is appended to meanwhile: who finds nothing counts, and looks once more. What is called missing was given before it was looked for.
 * @param countGiven how many numbers are given, as of any moment before it ends
 */
export async function findGiven<T>(seq: number, look: () => Promise<T | null>, countGiven: () => Promise<number>): Promise<T | 'missing' | 'not given'> {
  const found = await look();
  if (found !== null) return found;
  return seq < (await countGiven()) ? ((await look()) ?? 'missing') : 'not given';
}
