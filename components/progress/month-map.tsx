export type MapCell = {
  key: string;
  /** `Mar 26` */
  label: string;
  /** At the right: `1.79 M`, or while it runs `33 %`. */
  note: string;
  state: 'done' | 'now' | 'waiting' | 'away';
  /** 0…1 while `now`. */
  share?: number;
};

const words = { done: 'done', now: 'now', waiting: 'waiting', away: 'archived' };

/** Which months a run has been through: done, now, waiting, archived. */
export function MonthMap({ cells, label }: { cells: MapCell[]; label: string }) {
  return (
    <ul aria-label={label} className="grid grid-cols-[repeat(auto-fill,minmax(90px,1fr))] gap-x-[9px] gap-y-4 pt-1">
      {cells.map((cell) => (
        <li key={cell.key}>
          <p className="flex items-baseline justify-between gap-1 whitespace-nowrap text-xs">
            <span className={cell.state === 'waiting' || cell.state === 'away' ? 'text-ink-2' : cell.state === 'now' ? 'font-[600]' : 'font-[480]'}>
              {cell.label}
            </span>
            <span className="text-2xs text-ink-3">{cell.note}</span>
          </p>
          <svg height="15" width="100%" role="img" aria-label={words[cell.state]} className="mt-0.5 block overflow-hidden">
            <title>{words[cell.state]}</title>
            <MapFill cell={cell} />
          </svg>
        </li>
      ))}
    </ul>
  );
}

function MapFill({ cell }: { cell: MapCell }) {
  const outline = <rect width="100%" height="15" fill="none" stroke={cell.state === 'now' ? 'var(--accent)' : 'var(--line-control)'} strokeWidth="2" />;
  if (cell.state === 'done') return <rect width="100%" height="15" fill="var(--state-verified)" />;
  if (cell.state === 'away') return <rect width="100%" height="15" fill="url(#dots)" stroke="var(--ink-3)" strokeWidth="2" strokeDasharray="1 2" />;
  return (
    <>
      {cell.state === 'now' && <rect width={`${(cell.share ?? 0) * 100}%`} height="15" fill="var(--state-verified)" />}
      {outline}
    </>
  );
}
