/** What event 0 of an epoch says was lost of the trail before: of `signed` events `here` were there. `at`: when it was begun. */
export type EpochLoss = {
  signed: number;
  here: number;
  firstLost: number;
  /** Not every finding was kept: it is at most `firstLost`. */
  isBound: boolean;
  lastLost: number;
  /** Up to here what is there leads to a root that was signed; null where that is not told. */
  proven: number | null;
  /** By code what a verification found; null where nothing was left to verify. */
  found: Record<string, number> | null;
  reason: string;
  at: string;
};

export type Epochs = {
  /** `loss` null: event 0 is gone, or cannot be shown to be what was signed. */
  previous: { origin: string; alias: string; loss: EpochLoss | null } | null;
  next: { origin: string; alias: string } | null;
};
