/** In the place of figures that could not be read, on a page whose rows could. */
export function FiguresFault({ code }: { code: string }) {
  return (
    <p role="alert" className="border-t border-line-strong py-4 text-ink-2">
      The figures of this period could not be read{code === 'DB_TIMEOUT' ? ' in time: choose a shorter one, or reload' : ': reload to try again'}. Code{' '}
      <span className="mono text-ink">{code}</span>. The rows below are complete without them.
    </p>
  );
}
