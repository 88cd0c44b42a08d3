/** The last part of a long name: `bert-jan` of an ARN. What is shown short carries the whole in its title. */
export function shortName(name: string): string {
  if (!name.startsWith('arn:')) return name;
  return name.split(/[:/]/).filter(Boolean).at(-1) ?? name;
}
