import type { Finding } from '@/core/finding';
import { type Verdict, type VerifyOptions, verifyRange } from '../run';

/** The whole walk at once: for tests. */
export async function verifyAll(options: VerifyOptions): Promise<Verdict> {
  const walk = verifyRange(options);
  for (;;) {
    const step = await walk.next();
    if (step.done) return step.value;
  }
}

/** `CODE@seq`, in the order found. */
export const named = ({ findings }: { findings: readonly Pick<Finding, 'code' | 'seq'>[] }): string[] => findings.map(({ code, seq }) => `${code}@${seq}`);
