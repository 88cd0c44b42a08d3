'use client';
import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** False in the page as it was sent, true once it answers: what cannot work before says so by being disabled. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
