import { listTrails } from '@/features/access/queries';
import { startSealer as start } from '@/features/sealing/sealer';

/** Seals all trails for as long as this process lives. */
export const startSealer = () => start(listTrails);
