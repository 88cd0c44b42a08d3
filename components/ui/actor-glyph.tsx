import { glyph } from './glyph';

const kinds = {
  user: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <circle cx="8" cy="6.7" r="1.7" />
      <path d="M4.7 12.3c.6-1.7 1.8-2.5 3.3-2.5s2.7.8 3.3 2.5" />
    </>
  ),
  admin: (
    <>
      <path d="M8 1.9 13.2 3.8v4c0 3.2-2.2 5.3-5.2 6.4-3-1.1-5.2-3.2-5.2-6.4v-4z" fill="currentColor" stroke="none" />
      <path d="M8 5.2v5.6M5.6 8h4.8" stroke="var(--paper)" strokeWidth="1.5" />
    </>
  ),
  service: (
    <>
      <path d="M8 1.8 13.4 5v6L8 14.2 2.6 11V5z" />
      <circle cx="8" cy="8" r="1.6" fill="currentColor" stroke="none" />
    </>
  ),
  system: (
    <>
      <path d="M2.8 2.8h10.4v10.4H2.8z" />
      <path d="M6 8h4" />
    </>
  ),
};

export type ActorKind = keyof typeof kinds;

/** Who acts, told by shape: circle with person, filled shield, hexagon, square. */
export function ActorGlyph({ kind, size = 14 }: { kind: ActorKind; size?: number }) {
  return (
    <svg role="img" aria-label={kind} {...glyph(size)} className="shrink-0 self-center text-ink-2">
      <title>{kind}</title>
      {kinds[kind]}
    </svg>
  );
}

/** Glyph and name; an actor the source did not name is said so, never left blank. */
export function Actor({
  kind,
  name,
  title = name,
  note,
  strong,
}: {
  kind: ActorKind;
  name: string /** the whole name, where `name` is short */;
  title?: string;
  note?: string;
  strong?: boolean;
}) {
  return (
    <span className="inline-flex max-w-full min-w-0 items-baseline gap-1.5">
      <ActorGlyph kind={kind} />
      <span className={`truncate ${strong ? 'font-[550]' : ''} ${name ? '' : 'text-ink-3'}`} title={title || undefined}>
        {name || 'not stated'}
      </span>
      {note && <span className="shrink-0 text-ink-3">{note}</span>}
    </span>
  );
}
