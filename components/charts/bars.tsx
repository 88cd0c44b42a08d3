'use client';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { formatCount, formatTick } from '@/lib/format';
import { AXIS, type Drawing, type DrawnBar, gapRuns, type Series } from './bars-model';

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
  const runs = gapRuns(bars);
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
          tickFormatter={formatTick}
          tick={{ fontSize: 11, fill: 'var(--chart-axis)' }}
        />
        <XAxis
          dataKey="index"
          height={AXIS.bottom}
          interval={0}
          tickLine={false}
          tickMargin={5}
          axisLine={{ stroke: 'var(--line-strong)' }}
          tick={(props: TickProps) => (
            <Word
              {...props}
              text={shown.has(Number(props.payload?.value)) ? (bars[Number(props.payload?.value)]?.row.tick ?? '') : ''}
              isLast={Number(props.payload?.value) >= (bars.length - 1) * 0.975}
            />
          )}
        />
        <Bar
          dataKey="full"
          isAnimationActive={false}
          shape={(props: ColumnProps) => {
            const index = props.payload?.index ?? 0;
            const isSelected = selected !== null && index >= selected[0] && index <= selected[1];
            const gap = runs.find((run) => index >= run.first && index <= run.last);
            return (
              <Column
                {...props}
                bar={bars[index] as DrawnBar}
                series={series}
                top={top}
                gap={
                  gap && {
                    isFirst: index === gap.first,
                    isLast: index === gap.last,
                    isMiddle: index === Math.floor((gap.first + gap.last) / 2),
                    bars: gap.last - gap.first + 1,
                  }
                }
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
  gap,
  look,
  cutLabel,
}: ColumnProps & {
  gap?: GapPlace;
  bar: DrawnBar;
  series: Series[];
  top: number;
  look: Look;
  cutLabel: boolean;
}) {
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
      {gap && <Gap x={x} width={width} left={left} barWidth={barWidth} base={base} place={gap} />}
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

type GapPlace = { isFirst: boolean; isLast: boolean; isMiddle: boolean; bars: number };
const WORD_WIDTH = 24;

/** Missing is not zero: a dashed bracket with its word, one over all neighbouring bars of one cause; over less room than the word takes the note below the plot alone says it. */
function Gap({ x, width, left, barWidth, base, place }: { x: number; width: number; left: number; barWidth: number; base: number; place: GapPlace }) {
  const [from, to] = [place.isFirst ? left : x, place.isLast ? left + barWidth : x + width];
  return (
    <>
      <path
        d={`M${from} ${base - 10}H${to}${place.isFirst ? `M${from} ${base}v-10` : ''}${place.isLast ? `M${to} ${base}v-10` : ''}`}
        fill="none"
        stroke="var(--line-control)"
        strokeDasharray="2 2"
      />
      {place.isMiddle && place.bars * width >= WORD_WIDTH && (
        <text x={left + barWidth / 2} y={base - 14} textAnchor="middle" fontSize={11} fill="var(--ink-3)">
          gap
        </text>
      )}
    </>
  );
}

type TickProps = { x?: number | string; y?: number | string; payload?: { value?: number | string } };

/** The last word ends with the plot instead of being cut by it. */
function Word({ x = 0, y = 0, text, isLast }: TickProps & { text: string; isLast: boolean }) {
  if (!text) return <g />;
  const isLong = isLast && text.length > 5;
  return (
    <text x={Number(x) + (isLong ? 8 : 0)} y={Number(y) + 8} textAnchor={isLong ? 'end' : 'middle'} fontSize={11} fill="var(--chart-axis)">
      {text}
    </text>
  );
}

/** Two parallel zigzags across the bar, a hand wider than it: paper torn, not a bar ended. */
function tear(left: number, width: number, y: number): string {
  const [from, step] = [left - 2, (width + 4) / 4];
  return `M${from} ${y + 4}l${step} -4 ${step} 4 ${step} -4 ${step} 4v4l${-step} -4 ${-step} 4 ${-step} -4 ${-step} 4z`;
}
