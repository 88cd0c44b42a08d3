/** Words beside the colours of a chart, with the figure where it is known. */
export function Legend({ items }: { items: { label: string; color: string; edge?: string; value?: string }[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
      {items.map((item) => (
        <li key={item.label} className="inline-flex items-center gap-1.5 whitespace-nowrap">
          <span
            aria-hidden="true"
            className="inline-block size-2.5 rounded-[1px] print:[print-color-adjust:exact]"
            style={{ background: item.color, boxShadow: item.edge ? `inset 0 0 0 1px ${item.edge}` : undefined }}
          />
          {item.label}
          {item.value !== undefined && <b className="font-[560] text-ink">{item.value}</b>}
        </li>
      ))}
    </ul>
  );
}
