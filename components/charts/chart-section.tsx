'use client';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { Legend } from '../ui/legend';
import { SectionHead } from '../ui/section-head';
import { BarFigure } from './bar-figure';

type Props = Omit<ComponentProps<typeof BarFigure>, 'view' | 'label'> & {
  title: string;
  /** Beside the title: `13,256 events, 510 failed or denied (3.8 %)`. */
  lead?: ReactNode;
  /** Figures beside the words of the key, by series. */
  figures?: Record<string, string>;
  /** The key stands in a line of its own under the head, where it is long. */
  keyBelow?: boolean;
};

/** A chart under its heading, with its key and *As table*, which swaps in place. */
export function ChartSection({ title, lead, figures, keyBelow, series, ...figure }: Props) {
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const legend = <Legend items={series.map((s) => ({ label: s.label, color: s.fill, edge: s.edge, value: figures?.[s.key] }))} />;
  return (
    <section>
      <SectionHead
        title={title}
        note={lead}
        end={
          <>
            {!keyBelow && series.length > 1 && legend}
            <button type="button" className="link hit no-print" onClick={() => setView(view === 'chart' ? 'table' : 'chart')}>
              {view === 'chart' ? 'As table' : 'As chart'}
            </button>
          </>
        }
      />
      {keyBelow && <div className="pt-2.5">{legend}</div>}
      <div className="pt-2">
        <BarFigure label={title} series={series} view={view} {...figure} />
      </div>
    </section>
  );
}
