import type { CSSProperties, ReactNode } from 'react';

/** A line that stands for text to come. Appears after 150 ms, so that a fast page never flashes. */
export function Skeleton({ width = '100%', height = 10, className = '' }: { width?: CSSProperties['width']; height?: number; className?: string }) {
  return <span aria-hidden="true" style={{ width, height }} className={`after-a-moment inline-block max-w-full rounded-[2px] bg-line ${className}`} />;
}

const widths = ['62%', '48%', '71%', '55%', '66%', '43%', '58%'];

/** Rows of the true height under a head that is there at once. */
export function SkeletonRows({ rows = 12, columns, tight }: { rows?: number; columns: number; tight?: boolean }) {
  return Array.from({ length: rows }, (_, r) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: all alike
    <tr key={r} className={tight ? 'h-7' : ''}>
      {Array.from({ length: columns }, (_, c) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike
        <td key={c}>
          <Skeleton width={widths[(r * 3 + c * 2) % widths.length]} />
        </td>
      ))}
    </tr>
  ));
}

type PageProps = {
  /** What a screen reader hears. */
  label?: string;
  chart?: boolean;
  facts?: number;
  /** Below the sentence, what is known at once. */
  children?: ReactNode;
};

/** A page before its data: sentence, facts, chart, rows. */
export function SkeletonPage({ label = 'Loading', chart = true, facts = 4, children }: PageProps) {
  return (
    <>
      <div role="status" aria-label={label}>
        <Skeleton width={520} height={20} className="my-1.5" />
      </div>
      {children}
      <div
        style={{ '--facts': `repeat(${facts}, minmax(0, 1fr))` } as CSSProperties}
        className="mt-4 grid grid-cols-2 border-t border-b border-t-line-strong border-b-line wide:[grid-template-columns:var(--facts)]"
      >
        {Array.from({ length: facts }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: all alike
          <div key={i} className="px-4 py-3 first:pl-0">
            <Skeleton width="50%" />
            <br />
            <Skeleton width="70%" height={14} className="mt-2" />
          </div>
        ))}
      </div>
      {chart && <Skeleton height={220} className="mt-8 !bg-hover" />}
      <table className="ledger cols-fixed mt-6">
        <tbody>
          <SkeletonRows columns={5} rows={10} />
        </tbody>
      </table>
    </>
  );
}
