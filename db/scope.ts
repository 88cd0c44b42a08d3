// A query that takes a bare number or string for a trail does not compile. TrailId and Scope are minted by three gates only, the session's
// (features/access), the API key's and the command line's (cli/gate.ts); lint says who may import the two functions.

declare const trailBrand: unique symbol;
declare const scopeBrand: unique symbol;

/** The row number of a trail that its bearer was allowed to touch. */
export type TrailId = number & { readonly [trailBrand]: true };

/** The trails a transaction may read or write: becomes the setting `indelible.trails`, which the views look at. */
export type Scope = { readonly trails: readonly TrailId[] } & { readonly [scopeBrand]: true };

/** @throws RangeError unless it is a positive 32-bit integer */
export function mintTrailId(value: number): TrailId {
  if (!Number.isInteger(value) || value < 1 || value > 0x7fffffff) throw new RangeError(`not a trail id: ${value}`);
  return value as TrailId;
}

/** An empty list is lawful and sees nothing. */
export function mintScope(trails: readonly TrailId[]): Scope {
  return Object.freeze({ trails: Object.freeze(trails.map(mintTrailId)) }) as unknown as Scope;
}

/** Sees nothing: for a transaction that needs a role and no trail. */
export const NO_TRAILS = Object.freeze({ trails: Object.freeze([]) }) as unknown as Scope;

/** The scope of trails for whoever holds their TrailIds, and so was let in by a gate: what a run does in the name of who started it, what the sealer does for all. */
export const scopeOf = (...trailIds: TrailId[]): Scope => mintScope(trailIds);

/** PostgreSQL's array literal for the setting, such as `{1,2}`. */
export const scopeSetting = (scope: Scope): string => `{${scope.trails.join(',')}}`;
