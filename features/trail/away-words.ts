import type { FiguresAway } from './event-model';

/** How a count goes on: which events it has or lacks where some may be away. Pure. */
export function figuresAwayText({ withAway, withoutAway }: FiguresAway): string {
  if (withAway) return ', with those that are archived or disposed of';
  return withoutAway ? ', without those that are archived or disposed of' : '';
}
