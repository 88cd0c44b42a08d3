// SPEC §8: a trail that lost what was signed goes on in a new epoch, a trail of its own. Isomorphic.
//
//   audit.example.com/main     main        the first
//   audit.example.com/main/e2  main_e2     goes on where that one ended, and so on with e3
//
// No name that a person gives holds an underscore, so that each alias stands for one origin.
const EPOCH = /^([^/]+\/[^/]+)\/e([2-9]|[1-9]\d{1,2})$/;

/** What screens and commands call it, and the name of its files: an origin without its host. */
export const aliasOf = (origin: string): string => origin.slice(origin.indexOf('/') + 1).replace(/\/(e\d+)$/, '_$1');

export const originOfAlias = (host: string, alias: string): string => `${host}/${alias.replace(/_(e\d+)$/, '/$1')}`;

/** 1 for a trail that follows none. */
export const epochOf = (origin: string): number => Number(EPOCH.exec(origin)?.[2] ?? 1);

export const firstEpochOf = (origin: string): string => EPOCH.exec(origin)?.[1] ?? origin;

export const nextEpochOf = (origin: string): string => `${firstEpochOf(origin)}/e${epochOf(origin) + 1}`;

/** The product's own trail, in any of its epochs. */
export const isOwnAlias = (alias: string): boolean => /^indelible(_e\d+)?$/.test(alias);

/** Null for a trail that follows none. */
export function previousEpochOf(origin: string): string | null {
  const epoch = epochOf(origin);
  if (epoch === 1) return null;
  return epoch === 2 ? firstEpochOf(origin) : `${firstEpochOf(origin)}/e${epoch - 1}`;
}
