import { boolean, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { textC } from './columns';

/** Which actions are privileged: a LIKE pattern (`iam.Create%`, `_` escaped), the longest match wins. Published versions never change. */
export const actionCatalogue = pgTable(
  'action_catalogue',
  {
    version: textC('version').notNull(),
    pattern: textC('pattern').notNull(),
    category: textC('category').notNull(),
    isPrivileged: boolean('is_privileged').notNull(),
  },
  (t) => [primaryKey({ columns: [t.version, t.pattern] })],
);
