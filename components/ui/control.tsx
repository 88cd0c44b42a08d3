import type { ComponentProps } from 'react';

/** The look of a control in the top bar: a value in ink, its unit quieter, a chevron. */
export function Control({ className = '', type = 'button', ...rest }: ComponentProps<'button'>) {
  return (
    <button
      type={type}
      className={`hit inline-flex h-[30px] shrink-0 items-center gap-1.5 whitespace-nowrap rounded-2 border border-line-strong bg-surface px-2.5 font-[450] text-ink-2 transition-colors duration-90 hover:border-line-control hover:bg-hover data-popup-open:bg-hover pointer-coarse:h-9 [&_b]:font-[500] [&_b]:text-ink ${className}`}
      {...rest}
    />
  );
}
