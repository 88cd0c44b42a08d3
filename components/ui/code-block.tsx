/** Exact text, wrapped anywhere, never cut: what was hashed must be readable to the last byte. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that may scroll must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      className="max-h-[420px] overflow-auto rounded-2 border border-line bg-sunken px-3 py-2.5 print:max-h-none print:overflow-visible"
    >
      <pre className="font-mono text-[11.5px] leading-[18px] break-all whitespace-pre-wrap text-ink-2">{text}</pre>
    </section>
  );
}
