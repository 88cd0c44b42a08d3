import { migrateDatabase } from '@/db/migrate';

const u = process.argv[2] as string;
await migrateDatabase({ url: u, ownerUrl: u, isEmbedded: false });
process.exit(0);
