'use client';
import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { IconButton } from './button';

type Props = { open: boolean; onOpenChange: (open: boolean) => void; title: ReactNode; note?: ReactNode; children: ReactNode; footer?: ReactNode };

const scrim = 'fixed inset-0 z-40 bg-(--scrim) transition-opacity duration-160 data-ending-style:opacity-0 data-starting-style:opacity-0';

/** A question that must be answered first. */
export function Dialog({ open, onOpenChange, title, note, children, footer }: Props) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={scrim} />
        <Base.Popup className="pop fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] w-[min(560px,calc(100vw-24px))] -translate-x-1/2 flex-col rounded-3 outline-none">
          <Head title={title} note={note} />
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer && <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** For making things: slides over from the right with a scrim; `aside` is the packing list at its right. The draft is the caller's to keep. */
export function Sheet({ open, onOpenChange, title, note, children, footer, aside }: Props & { aside?: ReactNode }) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={scrim} />
        <Base.Popup className="fixed inset-y-0 right-0 z-50 flex w-[min(1084px,calc(100vw-max(0px,min(24vw,320px))))] flex-col bg-paper shadow-sheet outline-none transition-transform duration-160 ease-out data-ending-style:translate-x-8 data-starting-style:translate-x-8 max-wide:w-screen">
          <Head title={title} note={note} large />
          <div className="flex min-h-0 flex-1 max-wide:block max-wide:overflow-y-auto">
            <div className="min-h-0 min-w-0 flex-1 overflow-y-auto px-7 py-5 max-wide:px-4">{children}</div>
            {aside && (
              <aside className="w-80 shrink-0 overflow-y-auto border-l border-line-strong bg-sunken px-6 py-5 max-wide:w-full max-wide:border-l-0 max-wide:px-4">
                {aside}
              </aside>
            )}
          </div>
          {footer && <div className="flex flex-wrap items-center gap-2 border-t border-line-strong px-7 py-3 max-wide:px-4">{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Head({ title, note, large }: { title: ReactNode; note?: ReactNode; large?: boolean }) {
  return (
    <div className={`flex items-center gap-3 border-b border-line-strong ${large ? 'h-[52px] px-7 max-wide:px-4' : 'px-5 py-3'}`}>
      <Base.Title className={large ? 'text-lg font-[600] tracking-tight' : 'text-md font-[590]'}>{title}</Base.Title>
      {note && <span className="text-xs text-ink-3">{note}</span>}
      <span className="flex-1" />
      <Base.Close render={<IconButton icon="close" label="Close" />} />
    </div>
  );
}
