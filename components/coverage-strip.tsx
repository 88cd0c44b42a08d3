'use client';
import Link from 'next/link';
import { type KeyboardEvent, useRef, useState } from 'react';
import { Tooltip } from './ui/tooltip';

export type StripState = 'verified' | 'sealed' | 'open' | 'away' | 'broken' | 'future';

export type StripCell = {
  key: string;
  /** `Nov 26` on the large strip; empty = no room or not needed. */
  label: string;
  /** What hovering says and a screen reader hears: month, first–last, states and since when. */
  title: string;
  href: string;
  /** From left to right, shares of the cell's width. */
  parts: { state: StripState; share: number }[];
  /** Where in the cell something is broken, 0…1; drawn as a red notch over its parts. An empty label: its words would lie over a neighbour's. */
  breaks?: { at: number; label: string; key: string }[];
  /** Relative width; the newest month 1.6. */
  weight: number;
  /** Under the label on the large strip: the first number of the month. */
  foot?: string;
};

type Props = { cells: StripCell[] /** the sentence: what the whole strip says */; alt: string; size: 'sm' | 'lg' };

/** One cell a month: colour AND pattern. Solid proven, hatched sealed, outline not covered, dotted lawfully away, red notch broken. Press for the events of that month; one Tab stop, arrow keys walk. */
export function CoverageStrip({ cells, alt, size }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const [stop, setStop] = useState(cells.length - 1);
  const walk = (event: KeyboardEvent) => {
    const to = { ArrowLeft: stop - 1, ArrowRight: stop + 1, Home: 0, End: cells.length - 1 }[event.key];
    if (to === undefined || to < 0 || to >= cells.length) return;
    event.preventDefault();
    setStop(to);
    list.current?.querySelectorAll('a')[to]?.focus();
  };
  const height = size === 'sm' ? 9 : 26;
  return (
    <ul
      ref={list}
      aria-label={alt}
      onKeyDown={walk}
      className={`flex w-full gap-[2px] ${size === 'lg' && cells.some((c) => c.breaks?.length) ? 'wide:pt-6 max-wide:pt-1' : ''}`}
    >
      {cells.map((cell, i) => (
        <li key={cell.key} className="min-w-[3px]" style={{ flex: `${cell.weight} 1 0` }}>
          <Tooltip content={cell.title}>
            <Link
              href={cell.href}
              prefetch={false}
              tabIndex={i === Math.min(stop, cells.length - 1) ? 0 : -1}
              onFocus={() => setStop(i)}
              aria-label={cell.title}
              className={`hit relative flex gap-px ${size === 'lg' ? 'hover:opacity-85' : ''}`}
            >
              {cell.parts.map((part, p) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: drawn in order, no state
                <Part key={p} state={part.state} share={part.share} height={height} />
              ))}
              {cell.breaks?.map((b) => (
                <Notch key={b.key} at={b.at} label={size === 'lg' ? b.label : ''} height={height} />
              ))}
            </Link>
          </Tooltip>
          {size === 'lg' && (
            <div className="mt-1 hidden overflow-visible text-2xs whitespace-nowrap text-ink-2 wide:block">
              {cell.label || '\u00a0'}
              {cell.foot !== undefined && <div className="text-ink-3">{cell.foot}</div>}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Part({ state, share, height }: { state: StripState; share: number; height: number }) {
  return (
    <svg aria-hidden="true" height={height} className="block min-w-[3px] overflow-hidden" style={{ flex: `${share} 1 0`, width: 0 }}>
      <StripFill state={state} height={height} />
    </svg>
  );
}

function StripFill({ state, height }: { state: StripState; height: number }) {
  if (state === 'verified') return <rect width="100%" height={height} fill="var(--state-verified)" />;
  if (state === 'broken') return <rect width="100%" height={height} fill="var(--state-broken)" />;
  if (state === 'future') return <rect width="100%" height={height} fill="var(--line)" />;
  const stroke = { sealed: 'var(--state-sealed)', open: 'var(--state-open)', away: 'var(--state-away)' }[state];
  const fill = { sealed: 'url(#hatch)', open: 'none', away: 'url(#dots)' }[state];
  // a stroke lies half outside its box: the svg clips to its inner half, which is drawn 2 px wide
  return <rect width="100%" height={height} fill={fill} stroke={stroke} strokeWidth={2} strokeDasharray={state === 'away' ? '1 2' : undefined} />;
}

/** A red piece with torn edges, cut free from its neighbours by a gap of paper. */
function Notch({ at, label, height }: { at: number; label: string; height: number }) {
  const [w, h, out] = [9, height + 8, 4];
  const q = h / 4;
  return (
    <span aria-hidden="true" className="absolute" style={{ left: `${Math.max(0, Math.min(1, at)) * 100}%`, top: -out, translate: '-50% 0' }}>
      {label && (
        <b className="absolute bottom-full left-1/2 -translate-x-1/2 pb-0.5 text-xs font-[600] whitespace-nowrap text-denied max-wide:hidden">{label}</b>
      )}
      <svg aria-hidden="true" width={w + 8} height={h} className="block">
        <rect x="1" width={w + 6} height={h} fill="var(--paper)" />
        <path d={`M4 0h${w}l-3 ${q} 3 ${q} -3 ${q} 3 ${q}h-${w}l-2 -${q} 2 -${q} -2 -${q}z`} fill="var(--state-broken)" />
      </svg>
    </span>
  );
}

const keyShapes: Record<Exclude<StripState, 'future'> | 'anchored', { word: string; shape: React.ReactNode }> = {
  verified: { word: 'verified', shape: <rect y="1" width="18" height="10" fill="var(--state-verified)" /> },
  sealed: { word: 'sealed', shape: <rect x=".5" y="1.5" width="17" height="9" fill="url(#hatch)" stroke="var(--state-sealed)" /> },
  anchored: {
    word: 'anchored',
    shape: (
      <>
        <path d="M9 12V5" stroke="var(--ink)" />
        <circle cx="9" cy="3.5" r="2.2" fill="var(--ink)" />
      </>
    ),
  },
  open: { word: 'not covered', shape: <rect x=".5" y="1.5" width="17" height="9" fill="none" stroke="var(--state-open)" /> },
  away: {
    word: 'archived or disposed, lawfully',
    shape: <rect x=".5" y="1.5" width="17" height="9" fill="url(#dots)" stroke="var(--state-away)" strokeDasharray="1 2" />,
  },
  broken: { word: 'broken', shape: <path d="M6 0h7l-3 3 3 3-3 3 3 3h-7l-2-3 2-3-2-3z" fill="var(--state-broken)" /> },
};

/** The words beside the patterns; list only the states that occur. */
export function StripKey({ states }: { states: (keyof typeof keyShapes)[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
      {states.map((state) => (
        <li key={state} className="inline-flex items-center gap-1.5 whitespace-nowrap">
          <svg width="18" height="12" viewBox="0 0 18 12" aria-hidden="true">
            {keyShapes[state].shape}
          </svg>
          {keyShapes[state].word}
        </li>
      ))}
    </ul>
  );
}
