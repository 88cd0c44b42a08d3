'use client';
import { parseAsInteger, parseAsString, useQueryState, useQueryStates } from 'nuqs';
import { createContext, use, useCallback, useMemo, useTransition } from 'react';
import { type ExtraColumn, readColumns } from '../columns';
import type { Term } from '../query-fields';
import { formatTerms } from '../query-text';
import type { EventSearch, RawParams } from '../schema';

/** The question in the address, and the ways to change it. A change is an entry of the history, so that Back undoes it. */
export type Question = {
  alias: string;
  raw: RawParams;
  search: EventSearch;
  isPending: boolean;
  /** The event in the panel; it changes nothing of the question and asks the server for nothing but itself. */
  open: number | null;
  setOpen: (seq: number | null) => void;
  setTerms: (terms: readonly Term[]) => void;
  setText: (q: string) => void;
  /** Columns beside the list's own. They change nothing of the question. */
  columns: ExtraColumn[];
  setColumns: (columns: readonly ExtraColumn[]) => void;
  setPeriod: (from: string | null, to: string | null) => void;
};

export const QuestionContext = createContext<Question | null>(null);

export function useQuestion(): Question {
  const question = use(QuestionContext);
  if (!question) throw new Error('useQuestion outside the events screen');
  return question;
}

export function useQuestionState(alias: string, raw: RawParams, search: EventSearch): Question {
  const [isPending, startTransition] = useTransition();
  const [, setParams] = useQueryStates(
    { q: parseAsString, from: parseAsString, to: parseAsString, axis: parseAsString },
    { shallow: false, history: 'push', startTransition },
  );
  const [open, setOpenParam] = useQueryState('open', parseAsInteger.withOptions({ history: 'replace', scroll: false }));
  const setOpen = useCallback((seq: number | null) => void setOpenParam(seq, { history: open === null ? 'push' : 'replace' }), [open, setOpenParam]);
  const [cols, setCols] = useQueryState('cols', parseAsString.withOptions({ history: 'replace', scroll: false }));
  const columns = useMemo(() => readColumns(cols), [cols]);
  const setColumns = useCallback((next: readonly ExtraColumn[]) => void setCols(readColumns(next.join(',')).join(',') || null), [setCols]);
  const setText = useCallback((q: string) => void setParams({ q: q.trim() || null }), [setParams]);
  const setTerms = useCallback((terms: readonly Term[]) => setText(formatTerms(terms)), [setText]);
  // which time a period is of, goes with it
  const setPeriod = useCallback((from: string | null, to: string | null) => void setParams(from || to ? { from, to } : { from, to, axis: null }), [setParams]);
  return useMemo(
    () => ({ alias, raw, search, isPending, open: open !== null && open >= 0 ? open : null, setOpen, setTerms, setText, setPeriod, columns, setColumns }),
    [alias, raw, search, isPending, open, setOpen, setTerms, setText, setPeriod, columns, setColumns],
  );
}

/** A link to the same list with another question; used where something is a link and not a button. */
export function questionHref(
  alias: string,
  search: Pick<EventSearch, 'q' | 'axis' | 'zone'> & { raw: RawParams; columns?: readonly ExtraColumn[] },
  change: { q?: string; from?: string | null; to?: string | null },
): string {
  const params = new URLSearchParams();
  const put = (name: string, value: string | null | undefined) => value && params.set(name, value);
  put('q', change.q ?? search.q);
  put('from', change.from === undefined ? first(search.raw.from) : change.from);
  put('to', change.to === undefined ? first(search.raw.to) : change.to);
  put('zone', first(search.raw.zone));
  put('cols', search.columns ? search.columns.join(',') : first(search.raw.cols));
  if (search.axis !== 'occurred_at') put('axis', search.axis);
  return `/${encodeURIComponent(alias)}/events${params.size > 0 ? `?${params}` : ''}`;
}

const first = (value: string | string[] | undefined) => [value].flat()[0];
export const shortTime = (at: string) => at.replace('.000000Z', 'Z');
