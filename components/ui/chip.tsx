'use client';
import type { ReactNode, Ref } from 'react';
import { Icon } from './icon';

type Props = {
  children: ReactNode;
  /** The chip as a whole edits; without it the chip only shows. */
  onEdit?: () => void;
  onRemove?: () => void;
  /** Read out for the ×: `Remove actor is bert-jan`. */
  removeLabel?: string;
  ref?: Ref<HTMLButtonElement>;
};

/** One condition of a query: press to edit, Backspace or × removes. The × is a 24 px target (44 px on touch). */
export function Chip({ children, onEdit, onRemove, removeLabel, ref }: Props) {
  const body = <span className="truncate">{children}</span>;
  return (
    <span className="inline-flex h-[26px] max-w-full items-center whitespace-nowrap rounded-1 border border-accent-line bg-accent-soft pointer-coarse:h-8">
      {onEdit ? (
        <button
          ref={ref}
          type="button"
          onClick={onEdit}
          onKeyDown={(event) => {
            if (event.key !== 'Backspace' && event.key !== 'Delete') return;
            event.preventDefault();
            onRemove?.();
          }}
          className="print-keep inline-flex h-full min-w-0 items-center rounded-1 px-2 hover:bg-accent-line/30"
        >
          {body}
        </button>
      ) : (
        <span className="inline-flex min-w-0 items-center px-2">{body}</span>
      )}
      {onRemove && (
        <button
          type="button"
          aria-label={removeLabel ?? 'Remove'}
          onClick={onRemove}
          className="hit grid h-full w-6 place-items-center rounded-1 text-ink-3 hover:text-ink"
        >
          <Icon name="close" size={14} />
        </button>
      )}
    </span>
  );
}

/** The dashed chip that adds a condition. */
export const addChipClass =
  'hit inline-flex h-[26px] items-center gap-[5px] whitespace-nowrap rounded-1 border border-dashed border-line-control px-2 text-ink-2 hover:bg-hover hover:text-ink pointer-coarse:h-8';
