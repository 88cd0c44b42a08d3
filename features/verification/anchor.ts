/** Where it is kept beside the database what was signed, as Integrity shows it. Isomorphic. */
export type Anchor = {
  where: string;
  /** What nobody can do unseen as long as it stands. */
  defeats: string;
  /** When it took a signature last, 27 characters, and of how many events; null where it took none. */
  last: { at: string; size: number } | null;
  /** Why it vouches for nothing, or not for all; null: nothing is wrong. */
  failure: string | null;
};
