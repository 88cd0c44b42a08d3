'use client';
import { CopyButton } from './copy-button';
import { Icon } from './icon';

/** A digest, id or key in mono: first 8 … last 4, the whole on hover, copied whole when pressed; paper prints all of it, in groups of 8. */
export function Hash({ value, tone = 'plain', name = 'hash' }: { value: string; tone?: 'plain' | 'broken'; name?: string }) {
  const isShort = value.length <= 16;
  const short = (
    <>
      <span className="print:hidden">
        {isShort ? value : value.slice(0, 8)}
        {!isShort && <span className="text-ink-3">…</span>}
        {!isShort && value.slice(-4)}
      </span>
      <span className="hidden text-left print:inline">{value.match(/.{1,8}/g)?.join(' ')}</span>
    </>
  );
  return (
    <CopyButton
      text={value}
      done={
        <>
          {short}
          <Icon name="check" size={12} className="text-ink-3 print:hidden" />
        </>
      }
      title={value}
      label={`Copy ${name} ${value.slice(0, 8)}`}
      className={`print-keep hit inline-flex max-w-full items-center gap-[5px] font-mono text-xs tracking-[-.01em] ${tone === 'broken' ? 'text-denied' : ''}`}
    >
      {short}
      <Icon name="copy" size={12} className="text-ink-3 print:hidden" />
    </CopyButton>
  );
}
