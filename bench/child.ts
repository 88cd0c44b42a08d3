// The process that measures: bundled and started by bench/main.ts, which has filled the database.
import { bindRuntime, openRuntime } from '@/db/runtime';
import { setPartProgram } from '@/features/verification/part-program';
import { env } from '@/lib/env';
import { subject as append } from './append';
import { subject as exporting } from './export';
import { subject as seal } from './seal';
import type { Subject } from './subject';
import { subject as verify } from './verify';

const SUBJECTS: Record<string, Subject> = { verify, append, export: exporting, seal };

setPartProgram(new URL('./verify-part.mjs', import.meta.url));
const { name, ...input } = JSON.parse(process.argv[2] as string);
const url = env().DATABASE_URL as string;
bindRuntime(openRuntime({ url, ownerUrl: env().DATABASE_OWNER_URL as string, isEmbedded: true, stop: async () => {} }));
const result = await (SUBJECTS[name] as Subject).measure({ ...input, say: (line) => console.error(line) });
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
