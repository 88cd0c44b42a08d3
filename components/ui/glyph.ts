/** How each small drawing is made, by one hand: 16 px grid, 1.4 px stroke, round ends, the colour of the text around it. */
export const glyph = (size: number) =>
  ({
    width: size,
    height: size,
    viewBox: '0 0 16 16',
    fill: 'none',
    stroke: 'currentColor',
    strokeWidth: '1.4',
    strokeLinecap: 'round',
    strokeLinejoin: 'round',
  }) as const;
