import { glyph } from './glyph';

export type OutcomeKind = 'success' | 'failure' | 'denied';

/** Success has no colour and no sign; failure is a triangle in amber, denied a filled disc in red: colour, shape and word. */
export function Outcome({ kind }: { kind: OutcomeKind }) {
  if (kind === 'success') return <span className="text-ink-2">success</span>;
  return (
    <span className={`inline-flex items-baseline gap-[5px] ${kind === 'failure' ? 'font-[520] text-failure' : 'font-[560] text-denied'}`}>
      <OutcomeGlyph kind={kind} />
      {kind}
    </span>
  );
}

export function OutcomeGlyph({ kind, size = 14 }: { kind: 'failure' | 'denied'; size?: number }) {
  return (
    <svg aria-hidden="true" {...glyph(size)} className="shrink-0 self-center">
      {kind === 'failure' ? (
        <>
          <path d="M8 2.5 14 13H2z" />
          <path d="M8 6.5v3M8 11.2h.01" />
        </>
      ) : (
        <>
          <circle cx="8" cy="8" r="5.5" fill="currentColor" stroke="none" />
          <path d="M5 8h6" stroke="var(--paper)" strokeWidth="2" />
        </>
      )}
    </svg>
  );
}
