'use client';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import type { EventSearch, RawParams, SearchFault } from '../schema';
import { QueryText } from './query-text-field';
import { QuestionContext, useQuestionState } from './question-context';

const NAMES: Record<string, string> = {
  q: 'query',
  from: 'beginning of the period',
  to: 'end of the period',
  zone: 'time zone',
  axis: 'time axis',
  open: 'event to open',
};

/** The address asks for something that cannot be read: which part, why, and how to mend it. No rows, because they would answer another question. */
export function SearchFaults({ alias, raw, faults, zone }: { alias: string; raw: RawParams; faults: SearchFault[]; zone: string }) {
  const empty: EventSearch = { q: '', axis: 'occurred_at', zone, period: { from: null, to: null }, query: { ok: true, terms: [], filter: { and: [] } } };
  const question = useQuestionState(alias, raw, empty);
  const query = faults.find((fault) => fault.param === 'q');
  return (
    <QuestionContext value={question}>
      {query && <QueryText initial={query.value} onClose={() => {}} fault />}
      <div className="px-(--gutter) max-wide:px-4">
        <EmptyState
          title={`The address has ${faults.length === 1 ? 'a part' : 'parts'} we cannot read.`}
          actions={
            <>
              {faults.some((fault) => fault.param === 'from' || fault.param === 'to') && (
                <Button onClick={() => question.setPeriod(null, null)}>Last 30 days</Button>
              )}
              {query && <Button onClick={() => question.setText('')}>Remove the query</Button>}
            </>
          }
        >
          {faults.map((fault) => (
            <span key={fault.param} className="block">
              The {NAMES[fault.param] ?? fault.param} <span className="mono">{fault.value.slice(0, 120)}</span>: {fault.message}
            </span>
          ))}
        </EmptyState>
      </div>
    </QuestionContext>
  );
}
