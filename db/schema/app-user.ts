import { sql } from 'drizzle-orm';
import { integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Who may sign in. Never deleted while an event may name it, but no event refers to it by key either: deleting a person must not touch the trail. */
export const appUser = pgTable(
  'app_user',
  {
    userId: uuid('user_id').primaryKey().default(sql`gen_random_uuid()`),
    email: text('email').notNull(), // as typed; unique without case
    name: text('name').notNull(),
    role: text('role').notNull(),
    passwordHash: text('password_hash'), // NULL: signs in elsewhere
    failedCount: integer('failed_count').notNull().default(0),
    lockedUntil: instant('locked_until'),
    sessionVersion: integer('session_version').notNull().default(1), // raised to end every session of the account
    disabledAt: instant('disabled_at'),
  },
  (t) => [uniqueIndex('app_user_email').on(sql`lower(${t.email})`)],
);
