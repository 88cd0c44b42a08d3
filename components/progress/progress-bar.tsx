/** How far a long run is. Without a total it says that it goes on, not how far. Its words stand beside it, in the sentence of the page. */
export function ProgressBar({ done, total, label, tone = 'plain' }: { done: number; total: number | null; label: string; tone?: 'plain' | 'broken' }) {
  const share = total && total > 0 ? Math.min(1, done / total) : null;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === null ? undefined : Math.floor(share * 100)}
      className="h-2.5 overflow-hidden rounded-[2px] border border-line-control bg-surface p-px"
    >
      {share === null ? (
        <div
          key="unknown"
          className="h-full w-full bg-[length:8px_8px] bg-[linear-gradient(45deg,var(--accent)_25%,transparent_25%_50%,var(--accent)_50%_75%,transparent_75%)] opacity-60"
        />
      ) : (
        <div
          key="known" // a bar of its own: it does not shrink to where the run is from the full width of one that does not say
          className={`h-full transition-[width] duration-160 ease-out ${tone === 'broken' ? 'bg-broken' : 'bg-accent'}`}
          style={{ width: `${share * 100}%` }}
        />
      )}
    </div>
  );
}
