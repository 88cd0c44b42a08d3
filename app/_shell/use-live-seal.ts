'use client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { liveSealSchema } from '@/features/trail/live-seal';
import type { Coverage } from '@/features/trail/shell';

const EVERY_MS = 5_000;

/**
 * The coverage that came with the frame, with what moves of it: a frame stays while one goes from page to page, and a seal is seconds old. Where the server does not answer
 * the last that it said stands; a tab in the background does not ask.
 */
export function useLiveSeal(alias: string, coverage: Coverage): Coverage {
  const { data } = useQuery({
    queryKey: ['seal', alias],
    queryFn: async ({ signal }) => {
      const response = await fetch(`/api/v1/trails/${encodeURIComponent(alias)}/seal`, { signal, cache: 'no-store' });
      if (!response.ok) throw new Error(String(response.status)); // signed out meanwhile: the next click leads to the sign-in
      return liveSealSchema.parse(await response.json());
    },
    refetchInterval: ({ state }) => (state.error?.message === '401' || state.error?.message === '404' ? false : EVERY_MS),
    staleTime: EVERY_MS,
    retry: false,
  });
  return useMemo(() => {
    // a frame that was loaded later knows more
    if (!data || data.events < coverage.events || (data.events === coverage.events && data.sealedSize < coverage.sealedSize)) return coverage;
    return { ...coverage, ...data, newer: coverage.newer + data.events - coverage.events };
  }, [coverage, data]);
}
