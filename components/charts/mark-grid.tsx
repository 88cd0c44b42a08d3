import { OutcomeGlyph } from '../ui/outcome';

export type MarkRow = { key: string; label: string /** 0…1 from the left */; marks: { at: number; title: string; kind: 'failure' | 'denied' }[] };

/** Who × when, one mark a try: the slant of an address that walks through accounts is seen at once. `ticks`: words under the grid at their place. */
export function MarkGrid({ rows, ticks, label }: { rows: MarkRow[]; ticks: { at: number; label: string }[]; label: string }) {
  return (
    <figure className="m-0 grid grid-cols-[minmax(0,84px)_1fr] text-2xs text-ink-2" aria-label={label}>
      {rows.map((row) => (
        <div key={row.key} className="contents">
          <span className="h-4 truncate leading-4" title={row.label}>
            {row.label}
          </span>
          <span className="relative h-4">
            {ticks.map((t) => (
              <span key={t.label} className="absolute inset-y-0 w-px bg-line" style={{ left: `${t.at * 100}%` }} />
            ))}
            {row.marks.map((m) => (
              <span
                key={m.title}
                title={m.title}
                className={`absolute top-[3px] -translate-x-1/2 ${m.kind === 'denied' ? 'text-denied' : 'text-failure-fill'}`}
                style={{ left: `${m.at * 100}%` }}
              >
                {m.kind === 'denied' ? (
                  <OutcomeGlyph kind="denied" size={10} />
                ) : (
                  <svg width="9" height="9" viewBox="0 0 9 9" aria-hidden="true">
                    <path d="M4.5 1 8.5 8h-8z" fill="currentColor" />
                  </svg>
                )}
                <span className="sr-only">{m.title}</span>
              </span>
            ))}
          </span>
        </div>
      ))}
      <span />
      <span className="relative h-5 text-ink-3">
        {ticks.map((t) => (
          <span key={t.label} className="absolute top-1 -translate-x-1/2 whitespace-nowrap" style={{ left: `${t.at * 100}%` }}>
            {t.label}
          </span>
        ))}
      </span>
    </figure>
  );
}
