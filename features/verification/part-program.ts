// The launcher, which knows where the bundled programs lie, is another bundle than the web server in its process: globalThis is all they share.
const shared = globalThis as { indeliblePartProgram?: URL };

/** Where the program of part-worker.ts lies, for a process that verifies with two readers. */
export function setPartProgram(file: URL) {
  shared.indeliblePartProgram = file;
}

/** Null where nobody said: then one reads alone. */
export const partProgram = (): URL | null => shared.indeliblePartProgram ?? null;
