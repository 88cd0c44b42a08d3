'use client';
import { useQueryState } from 'nuqs';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { isZone, nowText } from '@/lib/time';

type Clock = { zone: string; now: string };
const ClockContext = createContext<Clock>({ zone: 'UTC', now: '1970-01-01T00:00:00.000000Z' });

/** `zone` is the remembered one (cookie), `now` the server's clock at the request, so that the first paint and the browser agree; it moves on twice a minute. */
export function ClockProvider({ zone, now, children }: Clock & { children: ReactNode }) {
  const [current, setCurrent] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setCurrent(nowText()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return <ClockContext value={{ zone, now: current }}>{children}</ClockContext>;
}

/** The zone every time is shown in: `?zone=` of the page, else the remembered one. */
export function useZone(): string {
  const { zone } = use(ClockContext);
  const [fromUrl] = useQueryState('zone');
  return fromUrl && isZone(fromUrl) ? fromUrl : zone;
}

export const useNow = (): string => use(ClockContext).now;
