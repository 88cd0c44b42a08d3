import Link from 'next/link';
import type { ReactNode } from 'react';

const frame = 'inline-flex overflow-hidden rounded-1 border border-line-strong bg-surface no-print';
const cell =
  'hit inline-flex h-6 items-center border-l border-line px-[9px] text-xs text-ink-2 first:border-l-0 hover:bg-hover focus-visible:-outline-offset-2 aria-[current=true]:bg-accent-soft aria-[current=true]:font-[560] aria-[current=true]:text-accent aria-pressed:bg-accent-soft aria-pressed:font-[560] aria-pressed:text-accent pointer-coarse:h-9 pointer-coarse:px-3';

const tabFrame = 'no-print flex gap-[18px] border-b border-line-strong';
const tab =
  'hit -mb-px h-8 border-b-2 border-transparent text-ink-2 hover:text-ink aria-pressed:border-accent aria-pressed:font-[570] aria-pressed:text-ink pointer-coarse:h-11';

/** A choice of a few that stands in the URL. */
export function SegmentLinks({ label, options }: { label: string; options: { key: string; label: ReactNode; href: string; current: boolean }[] }) {
  return (
    <nav aria-label={label} className={frame}>
      {options.map((o) => (
        <Link key={o.key} href={o.href} scroll={false} aria-current={o.current ? 'true' : undefined} className={cell}>
          {o.label}
        </Link>
      ))}
    </nav>
  );
}

/** A choice of a few that changes how the same thing is drawn. */
export function Segment<T extends string>({
  label,
  value,
  options,
  onChange,
  look = 'box',
}: {
  label: string;
  /** `tabs`: words over a rule, the chosen one underlined, where what follows is all that changes. */
  look?: 'box' | 'tabs';
  value: T;
  options: { value: T; label: ReactNode }[];
  onChange: (value: T) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a box and cannot be a flex row everywhere
    <div role="group" aria-label={label} className={look === 'tabs' ? tabFrame : frame}>
      {options.map((o) => (
        <button key={o.value} type="button" aria-pressed={o.value === value} onClick={() => onChange(o.value)} className={look === 'tabs' ? tab : cell}>
          {o.label}
        </button>
      ))}
    </div>
  );
}
