'use client';
import { useEffect, useRef, useState } from 'react';
import { formatClock, formatDate, offsetAt, zoneName } from '@/lib/time';
import { useZone } from './clock';

type Shown = { at: string; left: number; top: number; below: boolean };
const ID = 'time-card';

/** ONE card for all times of the page, by delegation: ten thousand rows cost no listener each. */
export function TimeCard() {
  const zone = useZone();
  const [shown, setShown] = useState<Shown | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    const show = (time: HTMLElement, delayMs: number) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const box = time.getBoundingClientRect();
        const below = box.top < 120;
        setShown({
          at: time.dataset.at as string,
          left: Math.max(8, Math.min(box.left, window.innerWidth - 296)),
          top: below ? box.bottom + 6 : box.top - 6,
          below,
        });
      }, delayMs);
    };
    const hide = () => {
      clearTimeout(timer.current);
      setShown(null);
    };
    const timeOf = (event: Event) => (event.target instanceof Element ? event.target.closest<HTMLElement>('time[data-at]') : null);
    const over = (event: PointerEvent) => {
      const time = event.pointerType === 'mouse' ? timeOf(event) : null;
      if (time) show(time, 350);
      else hide();
    };
    const focus = (event: FocusEvent) => {
      const time = timeOf(event);
      if (!time) return hide();
      time.setAttribute('aria-describedby', ID);
      show(time, 0);
    };
    const key = (event: KeyboardEvent) => event.key === 'Escape' && hide();
    document.addEventListener('pointerover', over);
    document.addEventListener('focusin', focus);
    document.addEventListener('keydown', key);
    window.addEventListener('scroll', hide, { passive: true });
    return () => {
      clearTimeout(timer.current);
      document.removeEventListener('pointerover', over);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('keydown', key);
      window.removeEventListener('scroll', hide);
    };
  }, []);

  if (!shown) return null;
  const seconds = Math.floor(Date.parse(shown.at) / 1000);
  const lines = [
    ['UTC', `${formatDate(shown.at, 'UTC')} ${formatClock(shown.at, 'UTC', 'micro')}`],
    ...(zone === 'UTC' ? [] : [[zoneName(zone), `${formatDate(shown.at, zone)} ${formatClock(shown.at, zone, 'micro')} ${offsetAt(shown.at, zone)}`]]),
    ['Epoch', `${seconds}.${shown.at.slice(20, 26)}`],
  ];
  return (
    <div
      id={ID}
      role="tooltip"
      style={{ left: shown.left, top: shown.top, translate: shown.below ? undefined : '0 -100%' }}
      className="pop no-print pointer-events-none fixed z-50 px-3 py-2 text-xs"
    >
      <dl className="grid grid-cols-[auto_auto] gap-x-3">
        {lines.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-ink-3">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
