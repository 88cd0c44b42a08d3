'use client';
import { useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { addChipClass, Chip } from '@/components/ui/chip';
import { useNow } from '@/components/ui/clock';
import { Icon } from '@/components/ui/icon';
import { Menu, MenuItem } from '@/components/ui/menu';
import { useShortcut } from '@/components/ui/shortcuts';
import { periodLabel } from '@/lib/period';
import { chipText, chipWords, removeTerm, replaceTerm } from '../query-edit';
import { FIELDS, type Term } from '../query-fields';
import { formatTerms } from '../query-text';
import { ChipEditor } from './chip-editor';
import { QueryText } from './query-text-field';
import { useQuestion } from './question-context';

/** What can be added from the menu, in the order people ask. Everything else can be typed. */
const OFFERED = ['actor', 'action', 'outcome', 'resource', 'type', 'actor_type', 'ip', 'session', 'request', 'source', 'agent'];

/** The question as a sentence of chips: *Events where* [actor is bert-jan ×] *and* [outcome is failure or denied ×] *from* [12:40 to 13:40 ×] [+ Filter]; `/` types the same as text. */
export function QueryBar() {
  const { raw, search, setTerms, setPeriod } = useQuestion();
  const now = useNow();
  const [editing, setEditing] = useState<{ index: number; term: Term } | null>(null);
  const [isTyping, setTyping] = useState(false);
  const anchor = useRef<HTMLElement | null>(null);
  const bar = useRef<HTMLDivElement>(null);
  const { terms } = search.query;
  useShortcut('/', 'Type the query', 'On this page', () => setTyping(true));

  if (isTyping) return <QueryText initial={search.q || formatTerms(terms)} onClose={() => setTyping(false)} />;

  const [from, to] = [[raw.from].flat()[0], [raw.to].flat()[0]];
  const hasPeriod = Boolean(from || to);
  const isRecorded = search.axis === 'recorded_at';
  const remove = (index: number) => {
    setTerms(removeTerm(terms, index));
    bar.current?.querySelector<HTMLElement>('[data-add]')?.focus(); // the chip in focus is gone: stay in the bar
  };
  const edit = (index: number, term: Term) => (element: HTMLElement | null) => {
    anchor.current = element;
    setEditing({ index, term });
  };
  return (
    <div ref={bar} className="flex flex-wrap items-center gap-[7px] px-(--gutter) pt-3 pb-2.5 max-wide:flex-nowrap max-wide:overflow-x-auto max-wide:px-4">
      <span className="text-ink-2 max-wide:hidden">{terms.length > 0 ? 'Events where' : 'Events'}</span>
      {terms.map((term, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a term has no identity but its place
        <span key={i} className="contents">
          {i > 0 && <span className="text-ink-2 max-wide:hidden">and</span>}
          <span className="min-w-0 max-wide:shrink-0" data-chip={i}>
            <Chip
              onEdit={() => (term.kind === 'group' ? setTyping(true) : edit(i, term)(bar.current?.querySelector<HTMLElement>(`[data-chip="${i}"]`) ?? null))}
              onRemove={() => remove(i)}
              removeLabel={`Remove ${chipText(term)}`}
            >
              <ChipLabel term={term} />
            </Chip>
          </span>
        </span>
      ))}
      {hasPeriod && (
        <>
          <span className="text-ink-2 max-wide:hidden">{isRecorded ? 'recorded in' : terms.length > 0 ? 'from' : 'of'}</span>
          <Chip onRemove={() => setPeriod(null, null)} removeLabel="Remove the period">
            {isRecorded && <span className="wide:hidden">recorded </span>}
            <b className="font-[560]">{periodLabel({ from, to }, now, search.zone)}</b>
          </Chip>
        </>
      )}
      {isRecorded && !hasPeriod && <span className="text-xs text-ink-3">by time of recording</span>}
      <Menu
        align="start"
        trigger={
          <button type="button" data-add className={`${addChipClass} no-print max-wide:shrink-0`}>
            <Icon name="plus" size={14} />
            Filter
          </button>
        }
      >
        {OFFERED.flatMap((key) => FIELDS.filter((field) => field.key === key)).map((field) => (
          <MenuItem
            key={field.key}
            onSelect={() =>
              edit(terms.length, { kind: 'field', key: field.key, not: false, values: [] })(bar.current?.querySelector<HTMLElement>('[data-add]') ?? null)
            }
          >
            {sentence(field.label)}
          </MenuItem>
        ))}
        <MenuItem onSelect={() => edit(terms.length, { kind: 'text', not: false, values: [] })(bar.current?.querySelector<HTMLElement>('[data-add]') ?? null)}>
          Text in action or resource
        </MenuItem>
        <MenuItem onSelect={() => setTyping(true)} note={<kbd>/</kbd>}>
          Type it
        </MenuItem>
      </Menu>
      {terms.length > 1 && (
        <Button variant="plain" size="sm" onClick={() => setTerms([])} className="no-print text-xs max-wide:!hidden">
          Clear
        </Button>
      )}
      {editing && (
        <ChipEditor
          key={`${editing.index} ${editing.term.kind === 'field' ? editing.term.key : ''}`}
          term={editing.term}
          anchor={anchor}
          onClose={() => setEditing(null)}
          onApply={(term) => {
            setEditing(null);
            setTerms(term.kind !== 'group' && term.values.length === 0 ? removeTerm(terms, editing.index) : replaceTerm(terms, editing.index, term));
          }}
        />
      )}
    </div>
  );
}

function ChipLabel({ term }: { term: Term }) {
  if (term.kind === 'group') return <span className="mono">{formatTerms([term])}</span>;
  const { lead, parts } = chipWords(term);
  return (
    <>
      {lead}
      {parts.map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a value has no identity but its place
        <span key={i}>
          {part.join ? ` ${part.join} ` : ' '}
          <b className="font-[560]">{part.text}</b>
        </span>
      ))}
    </>
  );
}

const sentence = (label: string) => label.charAt(0).toUpperCase() + label.slice(1);
