'use client';
import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';

type Box = { children: ReactNode; label: string; align?: 'start' | 'end'; className?: string };

type Props = Box & {
  trigger: ReactElement<Record<string, unknown>>;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
};

/** A small box that floats under its button and takes the focus: pickers and editors of one value. */
export function Popover({ trigger, open, onOpenChange, ...box }: Props) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Trigger render={trigger} />
      <FloatingBox {...box} />
    </Base.Root>
  );
}

/** Ties a box to a button that comes and goes while the box stays, with what was typed in it: {@link PopoverOf} and {@link PopoverButton}. */
export type PopoverHandle = ReturnType<typeof createPopoverHandle>;
export const createPopoverHandle = () => Base.createHandle();

/** The box of the button `id` elsewhere. It stays open while the button is away: another of that id may be on its way. */
export function PopoverOf({
  handle,
  id,
  open,
  onOpenChange,
  ...box
}: Box & { handle: PopoverHandle; id: string; open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Base.Root handle={handle} triggerId={id} open={open} onOpenChange={(isOpen, { reason }) => reason !== 'none' && onOpenChange(isOpen)}>
      <FloatingBox {...box} />
    </Base.Root>
  );
}

/** The button of a box elsewhere. A button of the same id that takes its place takes the open box over. */
export function PopoverButton({ handle, id, button }: { handle: PopoverHandle; id: string; button: ReactElement<Record<string, unknown>> }) {
  return <Base.Trigger handle={handle} id={id} render={button} />;
}

function FloatingBox({ children, label, align = 'end', className = '' }: Box) {
  return (
    <Base.Portal>
      <Base.Positioner align={align} sideOffset={6} collisionPadding={8} className="z-50 outline-none">
        <Base.Popup aria-label={label} className={`pop max-w-[calc(100vw-16px)] outline-none ${className}`}>
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}
