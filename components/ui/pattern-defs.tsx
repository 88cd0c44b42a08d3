/** The patterns that stand beside every colour of a state: `url(#hatch)` sealed, `url(#dots)` away lawfully, `url(#late)` late or unsettled. Once per document. */
export function PatternDefs() {
  return (
    <svg width="0" height="0" className="absolute" aria-hidden="true">
      <defs>
        <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="4" height="4" fill="var(--paper)" />
          <rect width="1.7" height="4" fill="var(--state-sealed)" />
        </pattern>
        <pattern id="dots" width="4" height="4" patternUnits="userSpaceOnUse">
          <circle cx="2" cy="2" r=".95" fill="var(--state-away)" />
        </pattern>
        <pattern id="late" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="4" height="4" fill="var(--paper)" />
          <rect width="1.7" height="4" fill="var(--chart-total)" />
        </pattern>
      </defs>
    </svg>
  );
}
