'use client';
import Link from 'next/link';
import { parseAsString, useQueryStates } from 'nuqs';
import { use, useState } from 'react';
import { Button } from '@/components/ui/button';
import { useZone } from '@/components/ui/clock';
import { Control } from '@/components/ui/control';
import { DiffValue } from '@/components/ui/diff-value';
import { Popover } from '@/components/ui/popover';
import { SectionHead } from '@/components/ui/section-head';
import { formatCount, plural } from '@/lib/format';
import { localToText } from '@/lib/period';
import { formatDateTime, offsetAt, zonedTime } from '@/lib/time';
import { type Json, valueText } from '../changes';
import type { Loaded } from '../event-model';
import type { ResourceState } from '../resource-model';
import type { FieldAt } from '../resource-state';

/** The resource at two moments, rebuilt from its recorded changes alone. Both stand in the address. */
export function StateAtTwo({ alias, state }: { alias: string; state: Promise<Loaded<ResourceState>> }) {
  const loaded = use(state);
  const [isWhole, setWhole] = useState(false);
  const [, setMoments] = useQueryStates({ a: parseAsString, b: parseAsString }, { shallow: false, history: 'replace', scroll: false });
  if (!loaded.ok) return <Frame note={`could not be rebuilt in time (${loaded.code})`} />;
  const { fields, a, b, changes } = loaded.value;
  if (changes === 0) return <Frame note="no event says what it changed" />;
  const differing = fields.filter((field) => field.differs);
  const equal = fields.length - differing.length;
  const shown = isWhole ? fields : differing;
  const short = (at: string) => at.replace(/\.\d{6}Z$/, 'Z');
  return (
    <Frame
      end={
        <button type="button" className="link hit" onClick={() => void setMoments({ a: short(b), b: short(a) })}>
          Swap
        </button>
      }
    >
      <div className="flex gap-2 py-2 max-wide:flex-col">
        <Moment name="A" at={a} onChange={(at) => void setMoments({ a: short(at) })} />
        <Moment name="B" at={b} onChange={(at) => void setMoments({ b: short(at) })} />
      </div>
      {shown.length > 0 && (
        <table className="ledger cols-fixed">
          <caption className="sr-only">Fields at A and at B</caption>
          <colgroup>
            <col style={{ width: '32%' }} />
            <col style={{ width: '25%' }} />
            <col />
            <col style={{ width: 72 }} />
          </colgroup>
          <thead>
            <tr>
              <th>Field</th>
              <th>At A</th>
              <th>At B</th>
              <th className="num">Set by</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((field) => (
              <tr key={field.field}>
                <td className="mono" title={field.field}>
                  {field.field}
                </td>
                <td title={valueText(field.a) ?? undefined}>
                  <Value field={field} side="before" value={field.a} />
                </td>
                <td title={valueText(field.b) ?? undefined}>
                  <Value field={field} side="after" value={field.b} />
                </td>
                <td className="num">
                  {field.setBy === null ? (
                    <span className="text-ink-3">before</span>
                  ) : (
                    <Link className="link" href={`/${encodeURIComponent(alias)}/events/${field.setBy}`} prefetch={false}>
                      {formatCount(field.setBy)}
                    </Link>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="pt-2 text-xs text-ink-3">
        {differing.length === 0
          ? `None of ${plural(fields.length, 'field')} differs.`
          : `${formatCount(differing.length)} of ${plural(fields.length, 'field')} ${differing.length === 1 ? 'differs' : 'differ'}.`}
        {equal > 0 && (
          <>
            {' '}
            <button type="button" className="link hit" onClick={() => setWhole(!isWhole)}>
              {isWhole ? 'Fold the equal ones' : `${formatCount(equal)} equal ${equal === 1 ? 'one is' : 'ones are'} folded`}
            </button>
            .
          </>
        )}{' '}
        Rebuilt from {plural(changes, 'recorded change')}
        {!loaded.value.isWhole && ', the newest there are'}; what no event told is not here.
      </p>
    </Frame>
  );
}

function Frame({ note, end, children }: { note?: string; end?: React.ReactNode; children?: React.ReactNode }) {
  return (
    <section>
      <SectionHead title="State at two moments" note={note} end={end} />
      {children}
    </section>
  );
}

function Value({ field, side, value }: { field: FieldAt; side: 'before' | 'after'; value: Json | undefined }) {
  const text = valueText(value);
  if (text === null) return <span className="text-ink-3">not known</span>;
  if (text === '[REDACTED]') return <span className="text-ink-3">redacted</span>;
  if (text === '') return <span className="text-ink-3">empty</span>;
  return field.differs ? <DiffValue side={side}>{text}</DiffValue> : <span className="mono">{text}</span>;
}

function Moment({ name, at, onChange }: { name: string; at: string; onChange: (at: string) => void }) {
  const zone = useZone();
  const [isOpen, setOpen] = useState(false);
  const t = zonedTime(at, zone);
  const two = (n: number) => String(n).padStart(2, '0');
  return (
    <Popover
      label={`Moment ${name}`}
      align="start"
      open={isOpen}
      onOpenChange={setOpen}
      className="p-3"
      trigger={
        <Control className="!shrink min-w-0 flex-1" title={`Change moment ${name}`}>
          <span className="text-ink-3">{name}</span>
          <b className="flex-1 truncate text-left">{formatDateTime(at, zone, 'minute')}</b>
          <span>{offsetAt(at, zone)}</span>
        </Control>
      }
    >
      <form
        className="grid gap-2.5"
        onSubmit={(event) => {
          event.preventDefault();
          const local = String(new FormData(event.currentTarget).get('at') ?? '');
          setOpen(false);
          if (local) onChange(localToText(local, zone));
        }}
      >
        <label className="grid gap-1 text-xs font-[550]">
          Moment {name}
          <input
            type="datetime-local"
            name="at"
            step="1"
            defaultValue={`${t.year}-${two(t.month)}-${two(t.day)}T${two(t.hour)}:${two(t.minute)}:${two(t.second)}`}
            className="h-9 rounded-2 border border-line-control bg-surface px-2 text-sm font-normal pointer-coarse:h-11 pointer-coarse:text-[16px]"
          />
        </label>
        <Button type="submit" variant="primary">
          Show the state then
        </Button>
      </form>
    </Popover>
  );
}
