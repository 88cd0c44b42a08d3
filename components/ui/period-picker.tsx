'use client';
import { type FormEvent, useState } from 'react';
import { ALL_TIME, localToText, type PeriodText, periodLabel, resolvePeriod } from '@/lib/period';
import { formatOffset, zonedTime, zoneName } from '@/lib/time';
import { Button } from './button';
import { useNow, useZone } from './clock';
import { Control } from './control';
import { Icon } from './icon';
import { Popover } from './popover';

type Props = {
  /** As in the URL: relative stays relative. */
  value: PeriodText;
  onChange: (value: { from: string | null; to: string | null }) => void;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** A period of the page's own, offered first: `This import`. */
  extra?: { label: string; from: string; to: string }[];
};

const presets = [
  ['Last hour', '-1h'],
  ['Last 24 hours', '-24h'],
  ['Today', '-1d'],
  ['7 days', '-7d'],
  ['30 days', '-30d'],
  ['90 days', '-90d'],
  ['12 months', '-12mo'],
  ['All time', ALL_TIME],
] as const;

/** A period: a few relative ones at one press, or two clock times of the zone in use, [from,to). */
export function PeriodPicker({ value, onChange, open, onOpenChange, extra = [] }: Props) {
  const [zone, now] = [useZone(), useNow()];
  const [isOpen, setOpen] = useState(false);
  const show = onOpenChange ?? setOpen;
  const pick = (from: string | null, to: string | null) => {
    onChange({ from, to });
    show(false);
  };
  const isCurrent = (from: string) => (value.from ?? null) === from && !value.to;
  return (
    <Popover
      label="Period"
      open={open ?? isOpen}
      onOpenChange={show}
      className="flex max-wide:flex-col"
      trigger={
        <Control title="Period (p)">
          <Icon name="calendar" />
          <b className="max-w-72 truncate max-wide:max-w-[46vw]">{periodLabel(value, now, zone)}</b>
          <Icon name="chevronDown" />
        </Control>
      }
    >
      <ul className="grid content-start gap-px border-r border-line p-1 max-wide:grid-cols-2 max-wide:border-r-0 max-wide:border-b">
        {extra.map((e) => (
          <Preset key={e.label} label={e.label} isCurrent={value.from === e.from && value.to === e.to} onPick={() => pick(e.from, e.to)} />
        ))}
        {presets.map(([label, from]) => (
          <Preset key={label} label={label} isCurrent={isCurrent(from)} onPick={() => pick(from, null)} />
        ))}
      </ul>
      <Between key={`${value.from} ${value.to}`} value={value} zone={zone} now={now} onPick={pick} />
    </Popover>
  );
}

function Preset({ label, isCurrent, onPick }: { label: string; isCurrent: boolean; onPick: () => void }) {
  return (
    <li>
      <button
        type="button"
        aria-current={isCurrent ? 'true' : undefined}
        onClick={onPick}
        className="flex h-8 w-40 items-center justify-between rounded-1 px-2.5 text-left hover:bg-hover aria-[current]:font-[560] aria-[current]:text-accent pointer-coarse:h-11"
      >
        {label}
        {isCurrent && <Icon name="check" size={14} />}
      </button>
    </li>
  );
}

function Between({ value, zone, now, onPick }: { value: PeriodText; zone: string; now: string; onPick: (from: string, to: string) => void }) {
  const [problem, setProblem] = useState('');
  const period = resolvePeriod(value, now, zone);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [from, to] = ['from', 'to'].map((name) => String(form.get(name) ?? ''));
    if (!from || !to) return setProblem('Give both: the period is from the first up to, not with, the second.');
    const [fromText, toText] = [parseLocal(from, zone), parseLocal(to, zone)];
    if (!fromText || !toText) return setProblem(`Write a day as 2026-11-23, or a time as 2026-11-23 12:40, not “${fromText ? to : from}”.`);
    if (fromText >= toText) return setProblem('The end lies before the beginning.');
    onPick(short(fromText), short(toText));
  };
  const input = 'h-9 w-full font-normal text-sm rounded-2 border border-line-control bg-surface px-2 pointer-coarse:h-11 pointer-coarse:text-[16px]';
  return (
    <form onSubmit={submit} className="grid w-64 content-start gap-2.5 p-3 max-wide:w-full">
      <label className="grid gap-1 text-xs font-[550]">
        From
        <input
          name="from"
          inputMode="numeric"
          autoComplete="off"
          placeholder="2026-11-23 12:40"
          defaultValue={localInput(period?.from, zone)}
          className={input}
        />
      </label>
      <label className="grid gap-1 text-xs font-[550]">
        Up to
        <input name="to" inputMode="numeric" autoComplete="off" placeholder="2026-11-24" defaultValue={localInput(period?.to ?? now, zone)} className={input} />
      </label>
      <p className={`text-xs ${problem ? 'text-denied' : 'text-ink-3'}`} role={problem ? 'alert' : undefined}>
        {problem || `Times in ${zoneName(zone)}, ${formatOffset(zonedTime(now, zone).offsetMinutes, 'utc')} now. The end is not included.`}
      </p>
      <Button type="submit" variant="primary">
        Show this period
      </Button>
    </form>
  );
}

const short = (at: string) => at.replace('.000000Z', 'Z');

function localInput(at: string | null | undefined, zone: string): string {
  if (!at) return '';
  const t = zonedTime(at, zone);
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = [t.hour, t.minute, t.second].map(two);
  if (t.second === 0) clock.pop();
  return `${t.year}-${two(t.month)}-${two(t.day)} ${clock.join(':')}`;
}

/** `2026-11-23`, `2026-11-23 12:40` or with seconds, in the zone; not the browser's own date field, whose order of day and month differs from reader to reader. */
function parseLocal(text: string, zone: string): string | null {
  const m = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?$/.exec(text.trim());
  try {
    return m ? localToText(`${m[1]}T${m[2] ?? '00:00'}`, zone) : null;
  } catch {
    return null;
  }
}
