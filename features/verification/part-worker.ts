// The thread of the second reader: a program of its own (scripts/bundle.mjs), started by part-thread.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { bindRuntime, openRuntime } from '@/db/runtime';
import { draw } from '@/lib/draw';
import type { PartMessage, PartStart } from './part-thread';
import { verifyPart } from './verify-part';

const { url, job } = workerData as PartStart;
const say = (message: PartMessage) => parentPort?.postMessage(message);
bindRuntime(openRuntime({ url, ownerUrl: url, isEmbedded: false, stop: async () => {} }));
say({ answer: await verifyPart(job, draw, (checked, isThrough) => say({ checked, isThrough })) });
process.exit(); // of this thread: its pool has no say in when
