'use client';
import Link from 'next/link';
import { CoverageStrip } from '@/components/coverage-strip';
import { useNow, useZone } from '@/components/ui/clock';
import { Icon } from '@/components/ui/icon';
import { coverageCells, monthEvents } from '@/features/trail/coverage-cells';
import { coverageSentence, type SentencePart, sentenceText } from '@/features/trail/coverage-sentence';
import { useShell } from './shell-context';

const tones: Record<SentencePart['tone'], string> = { strong: 'font-[560] text-ink', plain: '', broken: 'font-[560] text-denied', warning: 'text-failure' };

/** How far this log can be relied on, on every page: one sentence, one cell a month. The amber part stays until keys and database server belong to different users. */
export function HeaderStrip() {
  const { coverage, trail } = useShell();
  const [zone, now] = [useZone(), useNow()];
  const parts = coverageSentence(coverage, now, zone);
  const cells = coverageCells(coverage, now, zone, monthEvents(trail.alias));
  return (
    <div className="flex min-h-(--strip) items-center gap-x-[22px] border-t border-b border-t-line border-b-line-strong bg-paper px-(--gutter) print:bg-transparent text-xs text-ink-2 max-wide:flex-col-reverse max-wide:items-stretch max-wide:gap-3.5 max-wide:px-4 max-wide:pt-2.5 max-wide:pb-2 print:px-0">
      <p className="wide:min-w-0 wide:truncate" title={sentenceText(parts)}>
        <Link
          href={`/${trail.alias}/integrity`}
          className="max-wide:inline-block max-wide:py-2 hover:underline hover:decoration-line-control hover:underline-offset-3"
        >
          {parts.map((part, i) => (
            <span key={part.text}>
              {i > 0 && ' · '}
              <span className={tones[part.tone]}>{part.text}</span>
            </span>
          ))}
        </Link>
      </p>
      {!coverage.isProtectedFromDatabaseAdmin && (
        <Link
          href={`/${trail.alias}/integrity#protection`}
          className="inline-flex items-center gap-1.5 text-failure hover:underline wide:shrink-0 wide:whitespace-nowrap"
        >
          <Icon name="alert" size={14} />
          <span>
            not protected against the <span className="max-full:hidden">database administrator</span>
            <span className="full:hidden">DB administrator</span>
          </span>
        </Link>
      )}
      <div className="min-w-0 flex-1 wide:min-w-40 wide:basis-40">
        <CoverageStrip cells={cells} alt={sentenceText(parts)} size="sm" />
      </div>
    </div>
  );
}
