import { expect } from 'vitest';
import type { Finding } from '@/core/finding';
import { type Verdict, type VerifyOptions, verifyRange } from '../run';

/** The whole walk at once: for tests. */
export async function verifyAll(options: VerifyOptions): Promise<Verdict> {
  const walk = verifyRange(options);
  for (;;) {
    const step = await walk.next();
    if (!step.done) continue;
    return told(step.value);
  }
}

/** `CODE@seq`, in the order found. */
export const named = ({ findings }: { findings: readonly Pick<Finding, 'code' | 'seq'>[] }): string[] => findings.map(({ code, seq }) => `${code}@${seq}`);

/** With TELL_FINDINGS=1 it prints what the run says, below the name of the test: docs/threat-model.md names the command. */
export function told<V extends Pick<Verdict, 'state'> & { findings: readonly (Pick<Finding, 'seq' | 'expected' | 'found'> & { code: string })[] }>(
  verdict: V,
): V {
  if (!process.env.TELL_FINDINGS) return verdict;
  const lines = verdict.findings.map(({ code, seq, expected, found }) => `  ${code} at ${seq ?? 'no event'}: expected ${expected}, found ${found}`);
  process.stderr.write([`${expect.getState().currentTestName}: ${verdict.state}`, ...lines, ''].join('\n'));
  return verdict;
}
