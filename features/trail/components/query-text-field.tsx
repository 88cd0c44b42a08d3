'use client';
import { useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { parseQueryText } from '../query-text';
import { useQuestion } from './question-context';

/** The query as one line of text. Enter asks, Esc leaves it as it was; a fault is said while typing, with its place under the text. */
export function QueryText({ initial, onClose, fault }: { initial: string; onClose: () => void; fault?: boolean }) {
  const { setText } = useQuestion();
  const [text, setTextHere] = useState(initial);
  const input = useRef<HTMLInputElement>(null);
  const parsed = parseQueryText(text);
  useEffect(() => {
    input.current?.focus();
    input.current?.setSelectionRange(initial.length, initial.length);
  }, [initial.length]);
  return (
    <form
      className="px-(--gutter) pt-2.5 pb-2 max-wide:px-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!parsed.ok) return;
        setText(text);
        onClose();
      }}
    >
      <div className="flex items-center gap-2">
        <input
          ref={input}
          value={text}
          onChange={(event) => setTextHere(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault(); // the panel beside it stays open
            event.stopPropagation();
            onClose();
          }}
          aria-label="Query"
          aria-invalid={!parsed.ok}
          aria-describedby="query-help"
          spellCheck={false}
          autoComplete="off"
          placeholder="actor:bert-jan -action:s3.* outcome:failure,denied"
          className="mono h-[30px] w-full rounded-2 border border-line-control bg-surface px-2.5 !text-sm aria-invalid:border-denied pointer-coarse:h-11 pointer-coarse:!text-[16px]"
        />
        <Button type="submit" variant="primary" aria-disabled={!parsed.ok}>
          Ask
        </Button>
        {!fault && (
          <Button variant="plain" onClick={onClose}>
            Cancel
          </Button>
        )}
      </div>
      <p id="query-help" className="mt-1.5 min-h-4 text-xs" aria-live="polite">
        {parsed.ok ? (
          <span className="text-ink-3">
            <span className="mono">actor: action: resource:type/id type: outcome: ip: session:</span> · <span className="mono">-</span> excludes ·{' '}
            <span className="mono">a,b</span> either · <span className="mono">s3.*</span> starts with · <span className="mono">*x*</span> contains · a bare word
            is looked for in action and resource
          </span>
        ) : (
          <span className="text-denied">
            <Place text={text} at={parsed.at} length={parsed.length} /> {parsed.message}
          </span>
        )}
      </p>
    </form>
  );
}

/** The part of the text that is at fault, with a little before it. */
function Place({ text, at, length }: { text: string; at: number; length: number }) {
  const start = Math.max(0, at - 12);
  return (
    <span className="mono mr-1.5">
      {start > 0 && '…'}
      {text.slice(start, at)}
      <mark className="bg-denied-soft text-denied underline decoration-wavy underline-offset-2">{text.slice(at, at + length) || '␣'}</mark>
    </span>
  );
}
