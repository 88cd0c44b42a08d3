import path from 'node:path';
import { z } from 'zod';
import { AppError } from './errors';

/**
 * The host part of every origin, hashed into every event for ever: `<host>/main` must be an origin of the specification (no `://`, no space, no `+`).
 * Narrower on purpose, since it can never be corrected: a lower-case host name, with a port if need be.
 */
const host = z.string().superRefine((value, ctx) => {
  const problem = hostProblem(value);
  if (problem) ctx.addIssue({ code: 'custom', message: problem });
});

/** What is wrong with a host, or null. */
export function hostProblem(value: string): string | null {
  if (value.includes('://')) return `give the host alone, without a scheme: ${value.split('://')[1]?.replace(/\/.*/, '') || 'audit.example.com'}`;
  if (/\s/.test(value)) return 'a host holds no space';
  if (value.includes('+')) return 'a host holds no "+": it divides the parts of a key name';
  if (value.includes('/')) return 'a host holds no "/": the trails are named below it, such as audit.example.com/main';
  if (value !== value.toLowerCase()) return `write it in lower case, as it is hashed to the letter: ${value.toLowerCase()}`;
  if (value.length > 253 || !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:\d{1,5})?$/.test(value)) {
    return 'not a host name, such as audit.example.com';
  }
  return null;
}

/** `22:00-03:00`, UTC, → where it begins and how long it is, in minutes; over midnight too. */
function nightWindow(text: string, ctx: z.RefinementCtx): { startMinute: number; minutes: number } {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  const [h1 = 0, m1 = 0, h2 = 0, m2 = 0] = (match ?? []).slice(1).map(Number);
  const minutes = (h2 * 60 + m2 - (h1 * 60 + m1) + 1440) % 1440;
  if (match && minutes >= 30 && minutes <= 720) return { startMinute: h1 * 60 + m1, minutes };
  ctx.addIssue({ code: 'custom', message: 'not a window of half an hour to twelve hours, in UTC, such as 22:00-03:00' });
  return z.NEVER;
}

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'not a PostgreSQL address, such as postgres://login:password@db.example.com:5432/indelible' });

/** Every setting of .env.example. An empty value counts as absent, so that a line of that file can be left as it is. */
const settings = z
  .object({
    INDELIBLE_HOST: host.optional(),
    INDELIBLE_HOME: z
      .string()
      .refine((value) => !value.includes('\0'), 'not a folder name')
      .default('.indelible')
      .transform((value) => path.resolve(value)),
    DATABASE_URL: postgresUrl.optional(),
    DATABASE_OWNER_URL: postgresUrl.optional(),
    PORT: z
      .string()
      .regex(/^\d+$/, 'not a port number: 1 to 65535')
      .transform(Number)
      .refine((value) => value >= 1 && value <= 65_535, 'not a port number: 1 to 65535')
      .default(3000),
    INDELIBLE_URL: z
      .url({ protocol: /^https?$/, error: 'not a web address, such as https://audit.example.com' })
      .refine((value) => /^https?:\/\/[^/?#@]+\/?$/.test(value), 'scheme, host and port alone: no path, query or sign-in')
      .transform((value) => value.replace(/\/$/, ''))
      .optional(),
    INDELIBLE_PROXIES: z.string().regex(/^\d$/, 'not a number of proxies: 0 to 9').transform(Number).default(0),
    INDELIBLE_VERIFY_WINDOW: z.string().default('00:00-05:00').transform(nightWindow),
    INDELIBLE_VERIFY_EVENTS: z
      .string()
      .regex(/^\d{1,12}$/, 'not a number of events: 0 for never')
      .transform(Number)
      .default(100_000),
    INDELIBLE_ADMIN_EMAIL: z
      .string()
      .regex(/^[^\s@]+@[^\s@]+$/, 'not an e-mail address')
      .optional(),
    INDELIBLE_ADMIN_PASSWORD: z.string().min(8, 'at least 8 characters').max(1024, 'at most 1024 characters').optional(),
  })
  .superRefine((value, ctx) => {
    if (value.DATABASE_OWNER_URL && !value.DATABASE_URL) {
      ctx.addIssue({ code: 'custom', path: ['DATABASE_OWNER_URL'], message: 'is for the migrations of DATABASE_URL, which is not set' });
    }
  })
  .transform((value) => ({ ...value, INDELIBLE_URL: value.INDELIBLE_URL ?? `http://127.0.0.1:${value.PORT}` }));

export type Env = z.infer<typeof settings>;

/** Checks all settings and names every mistake at once. @throws AppError SETTINGS */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const { data, error } = settings.safeParse(given);
  if (!error) return data;
  const lines = error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new AppError('SETTINGS', { hint: `${lines.length === 1 ? 'a setting is' : 'settings are'} wrong (see .env.example)\n${lines.join('\n')}` });
}

let parsed: Env | undefined;

/** The settings of this process. Read at the first call and not at import: `next build` loads every module without the server's environment. */
export function env(): Env {
  parsed ??= parseEnv(process.env);
  return parsed;
}

/** Lets the launcher and the command line settle a value (the demo's home and host) before anything reads it. */
export function setEnv(values: Partial<Record<keyof Env, string>>) {
  Object.assign(process.env, values);
  parsed = undefined;
}

/** The same for what nobody has set: the demo's own home. */
export function setEnvDefault(name: keyof Env, value: string) {
  if (!process.env[name]) setEnv({ [name]: value });
}

/** Did `npm run` start this process? Then npm is its parent. */
export const isStartedByNpm = (): boolean => Boolean(process.env.npm_execpath && process.env.npm_lifecycle_event);

/** next-auth reads these two by itself. An address with https makes its cookies `__Secure-`. */
export function setSignInEnv(secret: string) {
  process.env.NEXTAUTH_URL = env().INDELIBLE_URL;
  process.env.NEXTAUTH_SECRET = secret;
}
