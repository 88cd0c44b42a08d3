import type { ReactNode } from 'react';
import { glyph } from './glyph';

const shapes = {
  alert: (
    <>
      <path d="M8 2.5 14 13H2z" />
      <path d="M8 6.5v3M8 11.2h.01" />
    </>
  ),
  archive: <path d="M2.5 4.5h11v9h-11zM2.5 4.5l1.5-2h8l1.5 2M6 8h4" />,
  calendar: <path d="M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v2M10.5 2v2" />,
  chart: <path d="M2.5 13.5h11M4.5 13.5V8.5M8 13.5v-10M11.5 13.5v-7" />,
  check: <path d="m3.5 8.5 3 3 6-7" />,
  chevronDown: <path d="m5 6.5 3 3 3-3" />,
  chevronLeft: <path d="m9.5 5-3 3 3 3" />,
  chevronRight: <path d="m6.5 5 3 3-3 3" />,
  close: <path d="m4.5 4.5 7 7M11.5 4.5l-7 7" />,
  columns: <path d="M2.5 3.5h11v9h-11zM6.5 3.5v9M10 3.5v9" />,
  copy: (
    <>
      <path d="M5.5 5.5h8v8h-8z" />
      <path d="M10.5 5.5v-3h-8v8h3" />
    </>
  ),
  cube: (
    <>
      <path d="M2.5 5 8 2.5 13.5 5v6L8 13.5 2.5 11z" />
      <path d="M2.5 5 8 7.5 13.5 5M8 7.5v6" />
    </>
  ),
  download: <path d="M8 2.5v7M5 7l3 3 3-3M2.5 13.5h11" />,
  upload: <path d="M8 10V3M5 6l3-3 3 3M2.5 13.5h11" />,
  flag: <path d="M3.5 14V2.5h8l-1.5 3 1.5 3h-8" />,
  globe: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M2.5 8h11M8 2.5c2 2 2 9 0 11M8 2.5c-2 2-2 9 0 11" />
    </>
  ),
  integrity: (
    <>
      <path d="M1.5 6.5h3.6v5H1.5zM6.2 6.5h3.6v5H6.2z" fill="currentColor" />
      <path d="M10.9 6.5h3.6v5h-3.6zM3.3 4.5v-2M8 4.5v-2" />
    </>
  ),
  key: (
    <>
      <circle cx="5.5" cy="10.5" r="3" />
      <path d="m7.8 8.2 5.2-5.2M11 5l1.5 1.5" />
    </>
  ),
  link: <path d="M6.5 9.5a2.5 2.5 0 0 0 3.5 0l2.5-2.5A2.5 2.5 0 0 0 9 3.5L8 4.5M9.5 6.5a2.5 2.5 0 0 0-3.5 0L3.5 9A2.5 2.5 0 0 0 7 12.5l1-1" />,
  list: (
    <>
      <path d="M5.5 3.5h8M5.5 8h8M5.5 12.5h8" />
      <path d="M2.5 3.5h.01M2.5 8h.01M2.5 12.5h.01" strokeWidth="2" />
    </>
  ),
  lock: <path d="M4 7.5h8v6H4zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2" />,
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />,
  more: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2" />,
  none: <path d="M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM4.2 4.2l7.6 7.6" />,
  person: (
    <>
      <circle cx="8" cy="5.5" r="2.5" />
      <path d="M3 13.5c.6-2.6 2.6-4 5-4s4.4 1.4 5 4" />
    </>
  ),
  play: <path d="M5 3.5v9l7-4.5z" />,
  plus: <path d="M8 3.5v9M3.5 8h9" />,
  print: <path d="M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z" />,
  retry: <path d="M12.9 9.2A5 5 0 1 1 12.3 5.4M12.5 2.5v3h-3" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3 3" />
    </>
  ),
  settings: (
    <>
      <path d="M2.5 5h7M12.5 5h1M2.5 11h1M6.5 11h7" />
      <circle cx="11" cy="5" r="1.5" />
      <circle cx="5" cy="11" r="1.5" />
    </>
  ),
  signOut: <path d="M9.5 2.5h-6v11h6M6.5 8h7M11 5.5 13.5 8 11 10.5" />,
  star: <path d="m8 2.5 1.7 3.5 3.8.5-2.8 2.7.7 3.8L8 11.2 4.6 13l.7-3.8L2.5 6.5 6.3 6z" />,
  stop: <path d="M4.5 4.5h7v7h-7z" />,
  tasks: (
    <>
      <path d="M3.5 2.5h9v11h-9z" />
      <path d="m5.8 8.2 1.5 1.5 3-3.2" />
    </>
  ),
  theme: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

type Props = { name: IconName; size?: number; className?: string; label?: string };

/** Decoration unless it has a `label`: then it is an image of that name. */
export function Icon({ name, size = 16, className = '', label }: Props) {
  return (
    <svg role={label ? 'img' : undefined} aria-label={label} aria-hidden={label ? undefined : 'true'} {...glyph(size)} className={`shrink-0 ${className}`}>
      {shapes[name]}
    </svg>
  );
}
