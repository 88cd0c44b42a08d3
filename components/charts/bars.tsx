'use client';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { formatCount } from '@/lib/format';
import { AXIS, type Drawing, type DrawnBar, type Series } from './bars-model';

export type BarsProps = {
  drawing: Drawing;
  series: Series[];
  height: number;
  ticksShown: number[];
  active: number | null;
  selected: [number, number] | null;
  cutLabels: boolean;
};

type ColumnProps = { x?: number; y?: number; width?: number; height?: number; payload?: { index: number } };

/** The plot, drawn by recharts: every bar is one full-height column that draws its own parts, so that a tear, a gap and a hatch are part of the bar. No animation, no mouse: the links above it take that. */
export default function Bars({ drawing, series, height, ticksShown, active, selected, cutLabels }: BarsProps) {
  const { bars, top, ticks } = drawing;
  const data = bars.map((bar, index) => ({ index, tick: bar.row.tick, full: top }));
  const shown = new Set(ticksShown);
  return (
    <ResponsiveContainer width="100%" height={height}>
      <BarChart data={data} margin={{ top: AXIS.top, right: AXIS.right, bottom: 0, left: 0 }} barCategoryGap="0%" accessibilityLayer={false}>
        <CartesianGrid stroke="var(--chart-grid)" vertical={false} syncWithTicks />
        <YAxis
          width={AXIS.left}
          ticks={ticks}
          domain={[0, top]}
          interval={0}
          axisLine={false}
          tickLine={false}
          tickMargin={6}
          tickFormatter={formatCount}
          tick={{ fontSize: 11, fill: 'var(--chart-axis)' }}
        />
        <XAxis
          dataKey="index"
          height={AXIS.bottom}
          interval={0}
          tickLine={false}
          tickMargin={5}
          axisLine={{ stroke: 'var(--line-strong)' }}
          tick={{ fontSize: 11, fill: 'var(--chart-axis)' }}
          tickFormatter={(index: number) => (shown.has(index) ? (bars[index]?.row.tick ?? '') : '')}
        />
        <Bar
          dataKey="full"
          isAnimationActive={false}
          shape={(props: ColumnProps) => {
            const index = props.payload?.index ?? 0;
            const isSelected = selected !== null && index >= selected[0] && index <= selected[1];
            return (
              <Column
                {...props}
                bar={bars[index] as DrawnBar}
                series={series}
                top={top}
                look={index === active ? 'active' : isSelected ? 'selected' : 'plain'}
                cutLabel={cutLabels}
              />
            );
          }}
        />
      </BarChart>
    </ResponsiveContainer>
  );
}

type Look = 'plain' | 'active' | 'selected';

function Column({
  x = 0,
  y = 0,
  width = 0,
  height = 0,
  bar,
  series,
  top,
  look,
  cutLabel,
}: ColumnProps & { bar: DrawnBar; series: Series[]; top: number; look: Look; cutLabel: boolean }) {
  const barWidth = Math.max(1, Math.min(width * 0.72, 40));
  const left = x + (width - barWidth) / 2;
  const base = y + height;
  const perUnit = height / top;
  const least = 1; // a single event must be seen
  const tallest = bar.parts.at(-1)?.to ?? 0;
  const barTop = Math.min(base - tallest * perUnit, bar.total > 0 ? base - least : base);
  const late = bar.row.late ? Math.min(tallest, bar.row.late) * perUnit : 0;
  return (
    <g>
      {look !== 'plain' && <rect x={x} y={y} width={width} height={height} fill={look === 'active' ? 'var(--hover)' : 'var(--accent-soft)'} />}
      {bar.row.gap !== undefined && <Gap left={left} width={barWidth} base={base} />}
      {bar.parts.map((part) => {
        const s = series.find((one) => one.key === part.key) as Series;
        const tall = Math.max(least, (part.to - part.from) * perUnit);
        return (
          <rect
            key={part.key}
            x={left}
            y={base - part.from * perUnit - tall}
            width={barWidth}
            height={tall}
            fill={s.fill}
            stroke={s.edge}
            strokeWidth={s.edge ? 0.8 : 0}
          />
        );
      })}
      {late > 0 && <rect x={left} y={barTop} width={barWidth} height={late} fill="url(#late)" stroke="var(--chart-total)" strokeWidth={0.8} />}
      {bar.isCut && <path d={tear(left, barWidth, barTop + 7)} fill={look === 'active' ? 'var(--hover)' : 'var(--paper)'} />}
      {bar.isCut && cutLabel && (
        <text x={left + barWidth / 2} y={barTop - 5} textAnchor="middle" fontSize={11} fontWeight={600} fill="var(--ink)">
          {formatCount(bar.total)}
        </text>
      )}
    </g>
  );
}

/** Missing is not zero: a dashed bracket with its word. */
function Gap({ left, width, base }: { left: number; width: number; base: number }) {
  return (
    <>
      <path d={`M${left} ${base}v-10h${width}v10`} fill="none" stroke="var(--line-control)" strokeDasharray="2 2" />
      {width >= 8 && (
        <text x={left + width / 2} y={base - 14} textAnchor="middle" fontSize={11} fill="var(--ink-3)">
          gap
        </text>
      )}
    </>
  );
}

/** Two parallel zigzags across the bar, a hand wider than it: paper torn, not a bar ended. */
function tear(left: number, width: number, y: number): string {
  const [from, step] = [left - 2, (width + 4) / 4];
  return `M${from} ${y + 4}l${step} -4 ${step} 4 ${step} -4 ${step} 4v4l${-step} -4 ${-step} 4 ${-step} -4 ${-step} 4z`;
}
