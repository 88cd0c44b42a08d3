import { AppError } from '@/lib/errors';

export const HELD_CODES: ReadonlySet<string> = new Set(['SIGNER_REFUSED', 'HEAD_FORGED', 'CLOCK_SUSPECT', 'MONTH_DETACHED', 'OWN_TRAIL_MISSING']);

/** Whether the one door takes nothing at all for now, until somebody has taken the reason away: then whatever was to be appended can be appended later. */
export const isHeld = (cause: unknown): cause is AppError => cause instanceof AppError && HELD_CODES.has(cause.code);
