/** One side of a change: before is struck and grey, after is ink on a tint. */
export function DiffValue({ side, children }: { side: 'before' | 'after'; children: React.ReactNode }) {
  return side === 'before' ? (
    <del className="mono rounded-[2px] bg-del-soft px-1 py-px text-del-ink decoration-1">{children}</del>
  ) : (
    <ins className="mono rounded-[2px] bg-add-soft px-1 py-px font-[530] text-add-ink no-underline">{children}</ins>
  );
}
