'use client';
import { parseAsString, useQueryStates } from 'nuqs';
import { useState } from 'react';
import { PeriodPicker } from '@/components/ui/period-picker';
import { useShortcut } from '@/components/ui/shortcuts';

type Props = { standard: string | null; extra?: { label: string; from: string; to: string }[]; hotkey?: boolean };

/** The period of the page, in its URL: choosing one makes an entry of the history, so that Back undoes it. */
export function PeriodControl({ standard, extra, hotkey = false }: Props) {
  const [{ from, to }, setPeriod] = useQueryStates({ from: parseAsString, to: parseAsString }, { shallow: false, history: 'push' });
  const [open, setOpen] = useState(false);
  useShortcut('p', 'Period', 'On this page', () => setOpen(true), hotkey);
  return (
    <PeriodPicker
      value={from || to ? { from, to } : { from: standard, to: null }}
      onChange={(next) => void setPeriod(next)}
      open={open}
      onOpenChange={setOpen}
      extra={extra}
    />
  );
}
