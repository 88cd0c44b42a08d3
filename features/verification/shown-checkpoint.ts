/** The newest checkpoint as Integrity shows it: `root` lower-case hex, `signedAt` by the clock of the files; or why there is none. Isomorphic. */
export type ShownCheckpoint = { ok: true; size: number; root: string; note: string; signedAt: string | null } | { ok: false; code: string; hint: string };
