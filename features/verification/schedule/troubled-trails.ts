import type { ShellTrail } from '@/features/trail/shell';
import type { Trouble, Troubles } from './trouble';
import { type TroubleWords, troubleWords } from './trouble-words';

/** A trail of which something is wrong. `at`: its alias, or what stands for one that has no page. `refused`: it takes no event. `trouble`: the gravest with its verifications. */
export type TroubledTrail = { at: string; refused: ShellTrail | null; trouble: Trouble | null } & Pick<TroubleWords, 'tone' | 'short'>;

/**
 * Each trail of which something is wrong, the worst first; last of the broken ones those that are closed for good and go on in another, where nobody has to act, and rows of trails that
 * were never made here: whoever writes many of them pushes no trail out of sight. Pure.
 */
export function troubledTrails(trails: readonly ShellTrail[], troubles: Troubles, now: string, zone: string): TroubledTrail[] {
  const known = new Set(trails.map(({ alias }) => alias));
  const strays = Object.keys(troubles).filter((at) => !known.has(at));
  const of = (at: string, refused: ShellTrail | null): TroubledTrail[] => {
    const trouble = troubles[at]?.[0] ?? null;
    if (refused) return [{ at, refused, trouble, tone: 'broken', short: 'nothing is appended' }];
    return trouble ? [{ at, refused, trouble, ...pick(troubleWords(at, trouble, now, zone)) }] : [];
  };
  const found = [...strays.flatMap((at) => of(at, null)), ...trails.flatMap((trail) => of(trail.alias, trail.isRefused ? trail : null))];
  return found.toSorted((a, b) => rank(a) - rank(b));
}

const pick = ({ tone, short }: TroubleWords) => ({ tone, short });

function rank({ tone, refused, trouble }: TroubledTrail): number {
  if (tone === 'warning') return 3;
  if (refused === null && trouble?.kind === 'foreign') return 2;
  return refused?.goesOnIn ? 1 : 0;
}

const IN_FULL = 3;

/** Which stand in full on every page, and which behind a line that counts them: never one alone, whose line would be as long as it. Pure. */
export function foldTrails<T>(trails: readonly T[]): { shown: T[]; folded: T[] } {
  const at = trails.length <= IN_FULL + 1 ? trails.length : IN_FULL;
  return { shown: trails.slice(0, at), folded: trails.slice(at) };
}
