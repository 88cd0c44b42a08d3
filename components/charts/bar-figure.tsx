'use client'; // ssr: false is refused in a server component
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { formatCount } from '@/lib/format';
import type { BarsProps } from './bars';
import { AXIS, axisWords, type BarRow, chartNote, type DrawnBar, drawBars, readOut, type Series } from './bars-model';
import { ChartTable } from './chart-table';

// recharts weighs 114 KB gzipped and draws nothing on the server anyway: it comes after the page, into a box of its own height
const Bars = dynamic<BarsProps>(() => import('./bars'), {
  ssr: false,
  loading: () => <span className="after-a-moment absolute inset-x-0 bottom-5 left-10 border-b border-line-strong" />,
});

type Props = {
  /** What the bars are, for a screen reader and the table: `Events per day`. */
  label: string;
  rows: BarRow[];
  series: Series[];
  /** Drawn height of plot and axis. */
  height?: number;
  cutShows?: 'shares' | 'truth';
  /** More words for the note under the chart. */
  note?: ReactNode;
  view?: 'chart' | 'table';
  /** The first column of the table: `Day`. */
  rowHead?: string;
  /** Dragging over bars chooses a period: first and last index, both included. */
  onBrush?: (first: number, last: number) => void;
};

/**
 * Stacked bars in time. Each bar is a link to the events behind it; arrow keys walk the bars and read them out, Enter opens; the same figures stand as a table (`view`), the same way on paper.
 */
export function BarFigure({ label, rows, series, height = 220, cutShows = 'shares', note, view = 'chart', rowHead = 'Time', onBrush }: Props) {
  const drawing = useMemo(() => drawBars(rows, series, cutShows), [rows, series, cutShows]);
  const [box, width] = useWidth();
  const [active, setActive] = useState<number | null>(null);
  const [isWalking, setWalking] = useState(false);
  const brush = useBrush(rows.length, onBrush);
  const ticksShown = axisWords(rows, Math.max(2, Math.floor((width - AXIS.left) / roomOf(rows))));
  const words = [chartNote(drawing, series, cutShows), note].filter(Boolean);

  if (view === 'table') return <ChartTable label={label} rowHead={rowHead} rows={rows} series={series} />;

  const walk = (event: KeyboardEvent) => {
    const last = rows.length - 1;
    const from = active ?? (event.key === 'ArrowLeft' ? rows.length : -1);
    const to = { ArrowRight: Math.min(last, from + 1), ArrowLeft: Math.max(0, from - 1), Home: 0, End: last }[event.key];
    if (event.key === 'Escape') return setActive(null);
    if (event.key === 'Enter' && active !== null) return box.current?.querySelectorAll('li')[active]?.querySelector('a')?.click();
    if (to === undefined || rows.length === 0) return;
    event.preventDefault();
    setWalking(true);
    setActive(to);
  };
  const point = (index: number) => {
    setWalking(false);
    setActive(index);
  };
  const bar = active === null ? null : (drawing.bars[active] ?? null);
  return (
    <figure className="m-0">
      {/* biome-ignore lint/a11y/useSemanticElements: a chart is no fieldset */}
      <div
        ref={box}
        role="group"
        aria-roledescription="chart"
        aria-label={`${label}. ${formatCount(drawing.total)} in ${rows.length} bars. Arrow keys walk them, Enter opens.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: one stop for the whole chart; the arrow keys do the rest
        tabIndex={0}
        onKeyDown={walk}
        onBlur={() => setActive(null)}
        onPointerLeave={() => setActive(null)}
        className="relative select-none [&_svg]:overflow-visible"
        style={{ height }}
      >
        <Bars drawing={drawing} series={series} height={height} ticksShown={ticksShown} active={active} selected={brush.selected} cutLabels />
        <ol className="absolute flex" style={{ left: AXIS.left, right: AXIS.right, top: AXIS.top, bottom: AXIS.bottom }} {...brush.handlers}>
          {drawing.bars.map((b, i) => (
            <li key={b.row.key} data-index={i} className="min-w-0 flex-1" onPointerEnter={() => point(i)}>
              {b.row.href && (
                <Link href={b.row.href} prefetch={false} draggable={false} tabIndex={-1} aria-label={readOut(b, series)} className="block h-full" />
              )}
            </li>
          ))}
        </ol>
        {bar && active !== null && <Tip bar={bar} series={series} share={(active + 0.5) / rows.length} canOpen={Boolean(bar.row.href)} />}
        <output className="sr-only" aria-live="polite">
          {isWalking && bar ? readOut(bar, series) : ''}
        </output>
      </div>
      {words.length > 0 && (
        <figcaption className="mt-1 text-2xs text-ink-3">
          {words.map((w, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two at most
            <span key={i}>{w} </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

function Tip({ bar, series, share, canOpen }: { bar: DrawnBar; series: Series[]; share: number; canOpen: boolean }) {
  const x = `calc(${AXIS.left}px + (100% - ${AXIS.left + AXIS.right}px) * ${share})`;
  return (
    <div
      aria-hidden="true"
      className="pop no-print pointer-events-none absolute top-0 z-10 min-w-36 px-2.5 py-1.5 text-xs"
      style={{ left: x, translate: share > 0.5 ? 'calc(-100% - 14px) 0' : '14px 0' }}
    >
      <p className="font-[550]">{bar.row.title}</p>
      {bar.row.gap !== undefined && <p className="text-ink-2">Gap{bar.row.gap && `: ${bar.row.gap}`}</p>}
      {series
        .filter((s) => bar.row.values[s.key])
        .map((s) => (
          <p key={s.key} className="flex items-center gap-1.5 text-ink-2">
            <span className="size-2 rounded-[1px]" style={{ background: s.fill, boxShadow: s.edge && `inset 0 0 0 1px ${s.edge}` }} />
            <span className="mr-3">{s.label}</span>
            <span className="ml-auto text-ink">{formatCount(bar.row.values[s.key] as number)}</span>
          </p>
        ))}
      {series.length > 1 && bar.row.gap === undefined && (
        <p className="mt-0.5 flex border-t border-line pt-0.5 text-ink-2">
          all <span className="ml-auto font-[550] text-ink">{formatCount(bar.total)}</span>
        </p>
      )}
      {canOpen && bar.total > 0 && <p className="mt-0.5 text-2xs text-ink-3">Press to see these events</p>}
    </div>
  );
}

/** Pixels a word of the axis needs with the space around it; 11 px figures and letters are about 6 px wide. */
const roomOf = (rows: BarRow[]) => {
  const marks = rows.filter((r) => r.isMark);
  const words = (marks.length < 2 ? rows : marks).map((r) => r.tick.length);
  return Math.max(marks.length < 2 ? 76 : 56, Math.max(0, ...words) * 6.3 + 24);
};

/** The width of the box, for how many words the axis has room for. */
function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(760);
  useEffect(() => {
    if (!ref.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return [ref, width] as const;
}

/** Drag from bar to bar; a press without a drag stays the link's. */
function useBrush(count: number, onBrush?: (first: number, last: number) => void) {
  const [range, setRange] = useState<[number, number] | null>(null);
  const start = useRef<number | null>(null);
  const dragged = useRef(false);
  if (!onBrush) return { selected: null, handlers: {} };
  const indexAt = (event: { clientX: number; currentTarget: HTMLElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - box.left) / box.width) * count)));
  };
  const selected = range && ([Math.min(...range), Math.max(...range)] as [number, number]);
  const handlers = {
    onPointerDown: (event: React.PointerEvent<HTMLElement>) => {
      if (event.button !== 0 || event.pointerType === 'touch') return;
      start.current = indexAt(event);
      dragged.current = false;
    },
    onPointerMove: (event: React.PointerEvent<HTMLElement>) => {
      if (start.current === null) return;
      const at = indexAt(event);
      if (at === start.current && !dragged.current) return;
      if (!dragged.current) event.currentTarget.setPointerCapture(event.pointerId);
      dragged.current = true;
      setRange([start.current, at]);
    },
    onPointerUp: () => {
      start.current = null;
      setRange(null);
      if (dragged.current && selected) onBrush(...selected);
    },
    onClickCapture: (event: React.MouseEvent) => {
      if (!dragged.current) return;
      event.preventDefault();
      event.stopPropagation();
      dragged.current = false;
    },
  };
  return { selected, handlers };
}
