/** What event 0 of an epoch says was lost of the trail before: of `signed` events `here` were there. `at`: when it was begun. */
export type EpochLoss = { signed: number; here: number; firstLost: number; lastLost: number; reason: string; at: string };

export type Epochs = {
  /** `loss` null: event 0 is gone, or does not hold. */
  previous: { origin: string; alias: string; loss: EpochLoss | null } | null;
  next: { origin: string; alias: string } | null;
};
