import { startTeller as start } from '@/features/trail/waiting-teller';

/** Records what waits, for as long as this process lives. */
export const startTeller = () => start();
