/** The mark: cells of a coverage strip, two proven, one still open, and an anchor pin. */
export function BrandMark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 22 22" aria-hidden="true" className="shrink-0">
      <rect x="1" y="8" width="6" height="11" fill="var(--accent)" />
      <rect x="8" y="8" width="6" height="11" fill="var(--accent)" />
      <rect x="15.5" y="8.5" width="5" height="10" fill="none" stroke="var(--accent)" />
      <path d="M4 6.5V3" stroke="var(--ink)" />
      <circle cx="4" cy="2.6" r="1.8" fill="var(--ink)" />
    </svg>
  );
}
