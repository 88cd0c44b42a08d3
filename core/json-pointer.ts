/** RFC 6901 pointer of a path of names and indexes; '' is the root. */
export function jsonPointer(path: readonly (string | number)[]): string {
  let pointer = '';
  for (const token of path) pointer += `/${typeof token === 'number' ? token : escapeToken(token)}`;
  return pointer;
}

/** A member's name as one pointer token: `~` is `~0`, `/` is `~1`. */
export const escapeToken = (name: string): string => (/[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name);

/** The names of a pointer, or null where it is none (no leading slash, a `~` that is neither `~0` nor `~1`). */
export function parsePointer(pointer: string): string[] | null {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return null;
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}
