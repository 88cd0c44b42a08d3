/** The same address with some parameters changed; null takes one away. */
export function addressWith(path: string, raw: Record<string, string | string[] | undefined>, changes: Record<string, string | null>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(raw)) {
    const first = [value].flat()[0];
    if (first !== undefined && !(name in changes)) params.set(name, first);
  }
  for (const [name, value] of Object.entries(changes)) if (value !== null) params.set(name, value.replace('.000000Z', 'Z'));
  const query = params.toString();
  return query ? `${path}?${query}` : path;
}
