import { listTrails } from '@/features/access/queries';
import { startScheduler as start } from '@/features/verification/scheduler';

/** Starts the verifications of all trails that are due, for as long as this process lives. */
export const startScheduler = () => start(listTrails);
