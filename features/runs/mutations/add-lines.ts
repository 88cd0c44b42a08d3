import 'server-only';
import { importReject, runFinding } from '@/db/schema/run';
import type { Tx } from '@/db/transaction';
import type { ImportReject, RunFinding } from '../queries';

const BATCH = 1000; // rows a statement: PostgreSQL takes 65,535 parameters

/** Findings of a verification; the caller keeps to the first 10,000 (SPEC §8) and counts `n` from 0. @param tx as the app */
export async function addFindings(tx: Tx, runId: number, findings: readonly RunFinding[]) {
  for (let i = 0; i < findings.length; i += BATCH) {
    await tx.insert(runFinding).values(findings.slice(i, i + BATCH).map((finding) => ({ runId, ...finding })));
  }
}

/** Records that an import refused; `n` counts from 0. @param tx as the app */
export async function addRejects(tx: Tx, runId: number, rejects: readonly ImportReject[]) {
  for (let i = 0; i < rejects.length; i += BATCH) {
    await tx.insert(importReject).values(rejects.slice(i, i + BATCH).map((reject) => ({ runId, ...reject })));
  }
}
