import { sql } from 'drizzle-orm';
import { AppError } from '@/lib/errors';
import { runtime } from './runtime';

/**
 * An event that was acknowledged is on disk, and a signature must not outlive what it signs (SPEC §6): so the server has to write through, and to survive a torn page.
 * Asked at each start, as both can be switched off any day.
 * @throws AppError DATABASE_FORGETFUL
 */
export async function checkDurability() {
  const { db } = await runtime();
  const [row] = await db.execute<{ fsync: string; pages: string }>(sql`select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages`);
  const off = [...(row?.fsync === 'on' ? [] : ['fsync']), ...(row?.pages === 'on' ? [] : ['full_page_writes'])];
  if (off.length === 0) return;
  throw new AppError('DATABASE_FORGETFUL', {
    hint: `${off.join(' and ')} ${off.length > 1 ? 'are' : 'is'} off in this PostgreSQL: it loses events that were acknowledged when the power fails. Set ${off.map((name) => `${name} = on`).join(', ')} in postgresql.conf and reload the server`,
  });
}
