import { env } from '@/lib/env';
import { AppError } from '@/lib/errors';

/** Which PostgreSQL this process uses, and as whom. */
export type DatabaseServer = {
  /** What the pool logs in with: `indelible_login` of the embedded server, else DATABASE_URL. */
  url: string;
  /** For migrations alone; the same as `url` where a single DATABASE_URL is given. */
  ownerUrl: string;
  isEmbedded: boolean;
  /** Stops the embedded server if this process owns it. */
  stop: () => Promise<void>;
};

export async function databaseUrl(): Promise<DatabaseServer> {
  const { DATABASE_URL, DATABASE_OWNER_URL } = env();
  if (!DATABASE_URL) throw new AppError('DATABASE_MISSING', { hint: 'set DATABASE_URL' });
  return { url: DATABASE_URL, ownerUrl: DATABASE_OWNER_URL ?? DATABASE_URL, isEmbedded: false, stop: async () => {} };
}
