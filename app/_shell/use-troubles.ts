'use client';
import { useQuery } from '@tanstack/react-query';
import { type Troubles, troubles } from '@/features/verification/schedule/trouble';

const EVERY_MS = 30_000;

/** What came with the frame, asked for again while a page stays open over night: a run that is missed must be seen on it too. */
export function useTroubles(first: Troubles): Troubles {
  const { data } = useQuery({
    queryKey: ['troubles', first],
    queryFn: async ({ signal }) => {
      const response = await fetch('/api/v1/troubles', { signal, cache: 'no-store' });
      if (!response.ok) throw new Error(String(response.status)); // signed out meanwhile: the next click leads to the sign-in
      return troubles.parse(await response.json());
    },
    initialData: first,
    refetchInterval: ({ state }) => (state.error?.message === '401' ? false : EVERY_MS),
    staleTime: EVERY_MS,
    retry: false,
  });
  return data;
}
