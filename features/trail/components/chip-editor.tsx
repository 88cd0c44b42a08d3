'use client';
import { Popover as Base } from '@base-ui/react/popover';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useDeferredValue, useEffect, useId, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { Segment } from '@/components/ui/segment';
import { readSuggestionsAction } from '../actions';
import { fieldOfKey, type Match, type Term } from '../query-fields';
import { formatTerms, parseQueryText } from '../query-text';
import { useQuestion } from './question-context';

type Editable = Exclude<Term, { kind: 'group' }>;
type Props = { term: Term; anchor: RefObject<HTMLElement | null>; onApply: (term: Term) => void; onClose: () => void };
type Mode = 'is' | 'not' | 'starts' | 'contains';

const SUGGESTED = new Set(['actor', 'action', 'type', 'resource', 'agent']);

/** One condition under the hand: is, is not, starts with, contains; any of many values. Enter adds a value, Enter on an empty line applies, Esc leaves it as it was. */
export function ChipEditor({ term, anchor, onApply, onClose }: Props) {
  const start = term as Editable;
  const field = start.kind === 'field' ? fieldOfKey(start.key) : undefined;
  const [not, setNot] = useState(start.not);
  const [values, setValues] = useState<Match[]>(start.values);
  const [op, setOp] = useState<Match['op']>(start.values[0]?.op ?? (start.kind === 'text' ? 'contains' : 'is'));
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState('');
  const title = start.kind === 'text' ? 'Text in action or resource' : (field?.label ?? '');
  const isOpenText = field?.kind === 'text' || field?.kind === 'pair' || start.kind === 'text';

  const mode: Mode = not && op === 'is' ? 'not' : op === 'starts' || op === 'contains' ? op : 'is';
  const choose = (next: Mode) => {
    const nextOp = next === 'not' ? 'is' : next;
    setNot(next === 'not');
    setOp(nextOp);
    setValues(values.map((value) => ({ ...value, op: nextOp })));
  };
  const termWith = (next: Match[]): Editable =>
    start.kind === 'text' ? { kind: 'text', not, values: next } : { kind: 'field', key: start.key, not, values: next };
  const add = (text: string): Match[] | null => {
    const value: Match = { op, text };
    if (values.some((old) => old.op === op && old.text === text)) return values;
    const next = [...values, value];
    const parsed = parseQueryText(formatTerms([termWith([value])]));
    if (!parsed.ok) {
      setProblem(parsed.message);
      return null;
    }
    setProblem('');
    setValues(next);
    setTyped('');
    return next;
  };
  const apply = () => {
    const next = typed.trim() === '' ? values : add(typed.trim());
    if (next) onApply(termWith(next));
  };
  return (
    <Base.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} align="start" sideOffset={6} collisionPadding={8} className="z-40 outline-none">
          <Base.Popup aria-label={`Edit ${title}`} className="pop w-80 max-w-[calc(100vw-16px)] p-3 outline-none">
            <p className="mb-2 text-xs font-[550] first-letter:uppercase">{title}</p>
            {field?.choices ? (
              <Choices choices={field.choices} values={values} not={not} onNot={setNot} onChange={setValues} />
            ) : (
              <>
                <div className="mb-2">
                  <Segment<Mode>
                    label="How to compare"
                    value={mode}
                    onChange={choose}
                    options={isOpenText ? (start.kind === 'text' ? TEXT_MODES : MODES) : MODES.slice(0, 2)}
                  />
                  {not && mode !== 'not' && <span className="ml-2 text-xs text-ink-3">excluded</span>}
                </div>
                <Values values={values} onRemove={(index) => setValues(values.filter((_, i) => i !== index))} />
                <ValueInput
                  suggestFor={start.kind === 'field' && SUGGESTED.has(start.key) ? start.key : null}
                  typed={typed}
                  chosen={values}
                  onTyped={(text) => {
                    setTyped(text);
                    setProblem('');
                  }}
                  onAdd={(text) => void add(text)}
                  onEnter={() => (typed.trim() === '' ? apply() : void add(typed.trim()))}
                />
              </>
            )}
            {problem && (
              <p role="alert" className="mt-1.5 text-xs text-denied">
                {problem}
              </p>
            )}
            <div className="mt-3 flex items-center gap-2">
              <Button variant="primary" onClick={apply}>
                Apply
              </Button>
              <Button variant="plain" onClick={onClose}>
                Cancel
              </Button>
              {isOpenText && mode !== 'not' && op !== 'is' && start.kind === 'field' && (
                <label className="ml-auto inline-flex items-center gap-1.5 text-xs text-ink-2">
                  <input type="checkbox" checked={not} onChange={(event) => setNot(event.target.checked)} className="hit size-3.5 accent-(--accent)" />
                  exclude
                </label>
              )}
            </div>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

const MODES: { value: Mode; label: string }[] = [
  { value: 'is', label: 'is' },
  { value: 'not', label: 'is not' },
  { value: 'starts', label: 'starts with' },
  { value: 'contains', label: 'contains' },
];
const TEXT_MODES = MODES.filter(({ value }) => value === 'contains' || value === 'starts');

function Choices({
  choices,
  values,
  not,
  onNot,
  onChange,
}: {
  choices: readonly string[];
  values: Match[];
  not: boolean;
  onNot: (not: boolean) => void;
  onChange: (values: Match[]) => void;
}) {
  const has = (choice: string) => values.some((value) => value.op === 'is' && value.text === choice);
  return (
    <>
      <Segment
        label="How to compare"
        value={not ? 'not' : 'is'}
        onChange={(mode) => onNot(mode === 'not')}
        options={MODES.slice(0, 2) as { value: 'is' | 'not'; label: string }[]}
      />
      <div className="mt-2 grid">
        {choices.map((choice) => (
          <label key={choice} className="flex h-8 items-center gap-2 rounded-1 px-1 hover:bg-hover pointer-coarse:h-11">
            <input
              type="checkbox"
              checked={has(choice)}
              onChange={(event) => onChange(event.target.checked ? [...values, { op: 'is', text: choice }] : values.filter((value) => value.text !== choice))}
              className="hit size-3.5 accent-(--accent)"
            />
            {choice}
          </label>
        ))}
      </div>
    </>
  );
}

function Values({ values, onRemove }: { values: Match[]; onRemove: (index: number) => void }) {
  if (values.length === 0) return null;
  return (
    <ul className="mb-2 flex max-h-40 flex-wrap gap-1.5 overflow-y-auto" aria-label="Values">
      {values.map((value, i) => (
        <li
          key={`${value.op} ${value.text}`}
          className="inline-flex h-6 max-w-full items-center rounded-1 border border-accent-line bg-accent-soft pl-2 pointer-coarse:h-8"
        >
          <span className="mono truncate">{value.text || (value.op === 'is' ? 'empty' : 'anything')}</span>
          <button
            type="button"
            aria-label={`Remove ${value.text || 'empty'}`}
            onClick={() => onRemove(i)}
            className="hit grid h-full w-6 place-items-center text-ink-3 hover:text-ink"
          >
            <Icon name="close" size={12} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function ValueInput({
  suggestFor,
  typed,
  chosen,
  onTyped,
  onAdd,
  onEnter,
}: {
  suggestFor: string | null;
  typed: string;
  chosen: Match[];
  onTyped: (text: string) => void;
  onAdd: (text: string) => void;
  onEnter: () => void;
}) {
  const { alias } = useQuestion();
  const asked = useDebounced(useDeferredValue(typed.trim()), 150);
  const id = useId();
  const [active, setActive] = useState(-1);
  const suggestions = useQuery({
    queryKey: ['suggest', alias, suggestFor, asked],
    queryFn: () => readSuggestionsAction(alias, suggestFor ?? '', asked),
    enabled: suggestFor !== null,
    staleTime: 120_000,
    placeholderData: (before) => before,
  });
  const list = (suggestions.data ?? []).filter((text) => !chosen.some((value) => value.text === text));
  return (
    <div>
      <input
        // biome-ignore lint/a11y/noAutofocus: the editor was opened to type a value
        autoFocus
        role="combobox"
        aria-expanded={suggestFor !== null && list.length > 0}
        aria-controls={suggestFor ? id : undefined}
        aria-activedescendant={active >= 0 && list[active] !== undefined ? `${id}-${active}` : undefined}
        aria-autocomplete={suggestFor ? 'list' : 'none'}
        aria-label="Value"
        value={typed}
        spellCheck={false}
        autoComplete="off"
        placeholder={chosen.length > 0 ? 'or another value' : 'value'}
        onChange={(event) => {
          setActive(-1);
          onTyped(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            setActive(Math.max(-1, Math.min(list.length - 1, active + (event.key === 'ArrowDown' ? 1 : -1))));
          } else if (event.key === 'Enter') {
            event.preventDefault();
            const picked = list[active];
            setActive(-1);
            if (picked === undefined) onEnter();
            else onAdd(picked);
          }
        }}
        className="h-[30px] w-full rounded-2 border border-line-control bg-surface px-2.5 pointer-coarse:h-11 pointer-coarse:text-[16px]"
      />
      {suggestFor && (
        <div id={id} role="listbox" aria-label="Suggestions" className="mt-1 max-h-52 min-h-8 overflow-y-auto">
          {list.map((text, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys and Enter of the field pick
            // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field (combobox)
            <div
              key={text}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === active}
              onClick={() => onAdd(text)}
              className="mono flex min-h-7 cursor-pointer items-center truncate rounded-1 px-2 aria-selected:bg-hover hover:bg-hover pointer-coarse:min-h-11"
            >
              {text}
            </div>
          ))}
          {list.length === 0 && (
            <p className="px-2 py-1.5 text-xs text-ink-3">{suggestions.isFetching ? 'Looking…' : 'Nothing in the trail begins so; Enter takes it as typed.'}</p>
          )}
        </div>
      )}
    </div>
  );
}

function useDebounced(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
