'use client';
import { Menu as Base } from '@base-ui/react/menu';
import { type RefObject, useEffect, useState } from 'react';
import { Icon, type IconName } from '@/components/ui/icon';
import { useShortcut } from '@/components/ui/shortcuts';
import { exclude, onlyThis, resourceValue } from '../query-edit';
import { shortTime, useQuestion } from './question-context';

type Cell = { element: HTMLElement; kind: string; text: string; type: string; seq: string };

const item = 'flex h-8 w-full items-center gap-2 rounded-1 px-2 text-left text-ink outline-none select-none data-highlighted:bg-hover pointer-coarse:h-11';

/**
 * ONE menu for all cells of a table, by delegation: a thousand rows cost no listener each. It opens at the cell under the pointer (right button, or the chevron that
 * follows it), and by `f` at the cell or row in focus; `x` excludes and `c` copies a link without opening it.
 */
export function CellMenu({ box }: { box: RefObject<HTMLTableElement | null> }) {
  const { alias, raw, search, open, setTerms, setPeriod } = useQuestion();
  const [cell, setCell] = useState<Cell | null>(null);
  const [hovered, setHovered] = useState<Cell | null>(null);
  const { terms } = search.query;

  useEffect(() => {
    const table = box.current;
    if (!table) return;
    const over = (event: PointerEvent) => event.pointerType === 'mouse' && setHovered(cellOf(event.target));
    const leave = (event: PointerEvent) => {
      if (!(event.relatedTarget instanceof Element && event.relatedTarget.closest('[data-chevron]'))) setHovered(null);
    };
    const context = (event: MouseEvent) => {
      const found = cellOf(event.target);
      if (!found || window.getSelection()?.toString()) return;
      event.preventDefault();
      setCell(found);
    };
    table.addEventListener('pointerover', over);
    table.addEventListener('pointerleave', leave);
    table.addEventListener('contextmenu', context);
    return () => {
      table.removeEventListener('pointerover', over);
      table.removeEventListener('pointerleave', leave);
      table.removeEventListener('contextmenu', context);
    };
  }, [box]);

  /** The cell under the pointer in the row in focus, else that row's action. */
  const inHand = (): Cell | null => {
    const row = document.activeElement?.closest<HTMLElement>('tr[data-seq]') ?? box.current?.querySelector<HTMLElement>(`tr[data-seq="${open}"]`);
    if (hovered && (!row || row.contains(hovered.element))) return hovered;
    return cellOf(row?.querySelector('[data-cell="action"]') ?? null);
  };
  const apply = (found: Cell, change: typeof onlyThis) => {
    if (found.kind === 'time') return;
    const { key, text } = found.kind === 'resource' ? resourceValue(found.type, found.text) : { key: found.kind, text: found.text };
    setTerms(change(terms, key, text));
  };
  const link = (found: Cell) => void navigator.clipboard?.writeText(`${window.location.origin}/${encodeURIComponent(alias)}/events/${found.seq}`);
  useShortcut('f', 'Filter by this cell', 'In a list', () => setCell(inHand()));
  useShortcut('x', 'Exclude this cell', 'In a list', () => {
    const found = inHand();
    if (found) apply(found, exclude);
  });
  useShortcut('c', 'Copy link to the event', 'In a list', () => {
    const found = inHand();
    if (found) link(found);
  });

  const at = cell ?? hovered;
  return (
    <>
      {at && <Chevron at={at} onOpen={() => setCell(at)} onLeave={() => setHovered(null)} />}
      <Base.Root open={cell !== null} onOpenChange={(isOpen) => !isOpen && setCell(null)} modal={false}>
        <Base.Portal>
          <Base.Positioner anchor={cell?.element ?? null} align="start" sideOffset={2} className="z-40 outline-none">
            <Base.Popup className="pop min-w-48 max-w-96 p-1 outline-none" finalFocus={false}>
              {cell && (
                <>
                  <p className="mono truncate px-2 pt-1 pb-1.5 text-ink-3">{cell.text || 'empty'}</p>
                  {cell.kind === 'time' ? (
                    <>
                      <Item icon="calendar" onSelect={() => setPeriod(shortTime(cell.text), first(raw.to) ?? null)}>
                        Set as from
                      </Item>
                      <Item icon="calendar" onSelect={() => setPeriod(first(raw.from) ?? null, shortTime(cell.text))}>
                        Set as to (not included)
                      </Item>
                    </>
                  ) : (
                    <>
                      <Item icon="check" onSelect={() => apply(cell, onlyThis)} keys="f">
                        Only this
                      </Item>
                      <Item icon="none" onSelect={() => apply(cell, exclude)} keys="x">
                        Exclude
                      </Item>
                    </>
                  )}
                  {cell.kind === 'resource' && cell.text !== '' && cell.type !== '' && (
                    <Base.LinkItem className={item} closeOnClick render={<a href={resourceHref(alias, cell.type, cell.text)} />}>
                      <Icon name="cube" size={14} className="text-ink-3" />
                      Open resource
                    </Base.LinkItem>
                  )}
                  <Base.Separator className="mx-1 my-1 h-px bg-line" />
                  <Item icon="copy" onSelect={() => void navigator.clipboard?.writeText(cell.text)}>
                    Copy value
                  </Item>
                  <Item icon="link" onSelect={() => link(cell)} keys="c">
                    Copy link to event
                  </Item>
                </>
              )}
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </>
  );
}

function Item({ icon, onSelect, children, keys }: { icon: IconName; onSelect: () => void; children: string; keys?: string }) {
  return (
    <Base.Item className={item} onClick={onSelect}>
      <Icon name={icon} size={14} className="text-ink-3" />
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {keys && <kbd>{keys}</kbd>}
    </Base.Item>
  );
}

/** Follows the pointer from cell to cell, at the right end of the one it is over. */
function Chevron({ at, onOpen, onLeave }: { at: Cell; onOpen: () => void; onLeave: () => void }) {
  const cellBox = at.element.getBoundingClientRect();
  return (
    <button
      type="button"
      data-chevron
      tabIndex={-1}
      onPointerLeave={(event) => {
        if (!(event.relatedTarget instanceof Element && event.relatedTarget.closest('[data-cell]'))) onLeave();
      }}
      aria-label={`Menu for ${at.text || 'empty'}`}
      onClick={(event) => {
        event.stopPropagation();
        onOpen();
      }}
      style={{ left: cellBox.right + window.scrollX - 26, top: cellBox.top + window.scrollY + cellBox.height / 2 - 11 }}
      className="no-print absolute z-10 grid size-[22px] place-items-center rounded-1 border border-line-strong bg-surface text-ink-2 hover:bg-hover"
    >
      <Icon name="chevronDown" size={14} />
    </button>
  );
}

function cellOf(target: EventTarget | null): Cell | null {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-cell]') : null;
  if (!element) return null;
  const { cell = '', text = '', type = '' } = element.dataset;
  return { element, kind: cell, text, type, seq: element.closest<HTMLElement>('[data-seq]')?.dataset.seq ?? '' };
}

export function resourceHref(alias: string, type: string, id: string): string {
  return `/${encodeURIComponent(alias)}/resources/${encodeURIComponent(type)}/${id.split('/').map(encodeURIComponent).join('/')}`;
}

const first = (value: string | string[] | undefined) => [value].flat()[0];
