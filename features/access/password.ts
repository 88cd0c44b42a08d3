import { hash, verify } from '@node-rs/argon2';

// argon2id (the package's default algorithm) at OWASP's first choice for it: 19 MiB, two passes, one lane; about 25 ms a try on one core.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** PHC string, salt inside. */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), cost);

let nobody: Promise<string> | undefined;

/**
 * True only for the right password of an account that has one. Always costs one verification, also where there is no account: the time taken must not tell which exist.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword(crypto.randomUUID());
  const right = await verify(passwordHash ?? (await nobody), password.normalize('NFKC'));
  return right && passwordHash !== null;
}

/** 80 random bits in letters and digits that cannot be confused, in groups: for the one password that is printed once. */
export function makePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const picks = Array.from({ length: 16 }, () => letters[uniform(letters.length)]);
  return [0, 4, 8, 12].map((i) => picks.slice(i, i + 4).join('')).join('-');
}

function uniform(below: number): number {
  for (;;) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte !== undefined && byte < 256 - (256 % below)) return byte % below; // no letter more likely than another
  }
}
