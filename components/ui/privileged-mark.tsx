/** The violet diamond: privileged. `size` 11 in a row. */
export function PrivilegedMark({ size = 11, title = 'privileged' }: { size?: number; title?: string }) {
  return (
    <svg role="img" aria-label={title} width={size} height={size} viewBox="0 0 16 16" className="inline-block shrink-0 text-priv">
      <title>{title}</title>
      <path d="M8 2.2 13.8 8 8 13.8 2.2 8z" fill="currentColor" />
    </svg>
  );
}
