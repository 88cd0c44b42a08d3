'use client';
import './globals.css';

/** The layout itself failed: no frame, no zone, only what can be said without them. */
export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en-GB">
      <body>
        <title>Indelible</title>
        <main role="alert" className="mx-auto max-w-2xl px-6 pt-16">
          <p className="text-md font-[550]">Indelible could not draw this page.</p>
          <p className="mt-1 text-ink-2">
            Code <span className="mono text-ink">{error.digest ?? 'UNEXPECTED'}</span>. Nothing was changed.
          </p>
          <button type="button" onClick={reset} className="mt-3 h-[30px] rounded-2 border border-line-strong bg-surface px-3 font-[520]">
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
