import { expect } from 'vitest';
import type { Finding } from '@/core/finding';
import { type Verdict, type VerifyOptions, verifyRange } from '../run';

/** The whole walk at once: for tests. With TELL_FINDINGS=1 it prints what the run says, below the name of the test: docs/threat-model.md names the command. */
export async function verifyAll(options: VerifyOptions): Promise<Verdict> {
  const walk = verifyRange(options);
  for (;;) {
    const step = await walk.next();
    if (!step.done) continue;
    if (process.env.TELL_FINDINGS) tell(step.value);
    return step.value;
  }
}

/** `CODE@seq`, in the order found. */
export const named = ({ findings }: { findings: readonly Pick<Finding, 'code' | 'seq'>[] }): string[] => findings.map(({ code, seq }) => `${code}@${seq}`);

const MOST_TOLD = 3;

function tell({ state, findings }: Verdict): void {
  const told = findings.slice(0, MOST_TOLD).map(({ code, seq, expected, found }) => `  ${code} at ${seq ?? 'no event'}: expected ${expected}, found ${found}`);
  if (findings.length > MOST_TOLD) told.push(`  and ${findings.length - MOST_TOLD} more`);
  process.stderr.write([`${expect.getState().currentTestName}: ${state}`, ...told, ''].join('\n'));
}
