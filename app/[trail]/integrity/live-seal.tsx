'use client';
import { useShell } from '@/app/_shell/shell-context';
import { useNow, useZone } from '@/components/ui/clock';
import { FactRow } from '@/components/ui/fact-row';
import { Hash } from '@/components/ui/hash';
import { awayFact } from '@/features/trail/away-months';
import { sealPart } from '@/features/trail/coverage-sentence';
import type { ShownCheckpoint } from '@/features/verification/shown-checkpoint';
import { formatAge, formatCount, plural } from '@/lib/format';
import { formatWhen } from '@/lib/time';

type Props = { checkpoint: ShownCheckpoint; values: { sealed: number; erased: number; faults: number } | null };

/** How it stands at this moment: the live sentence large, and the figures that it is made of. */
export function LiveSeal({ checkpoint, values }: Props) {
  const { coverage } = useShell();
  const [zone, now] = [useZone(), useNow()];
  const { text, tone } = sealPart(coverage, now, zone);
  const { verifiedTo, verifiedAt, sealedSize, events, oldestUnsealedMs, isSealStale, refusal, newer } = coverage;
  const away = awayFact(coverage.months);
  const waiting = Math.max(0, events - sealedSize);
  return (
    <section aria-label="The seal at this moment" className="mb-7">
      <p
        className={`mb-3 text-lg font-[560] tracking-tight text-balance ${tone === 'broken' || refusal ? 'text-denied' : tone === 'warning' ? 'text-failure' : ''}`}
      >
        {text.slice(0, 1).toUpperCase() + text.slice(1)}
        {refusal ? '; nothing is appended.' : sealedSize === events ? ', nothing waits.' : '.'}
      </p>
      <FactRow
        facts={[
          {
            label: 'Verified',
            value: verifiedTo === null ? 'not yet' : verifiedTo === 0 ? 'event 0' : `0 – ${formatCount(verifiedTo)}`,
            note: verifiedAt === null ? 'no run vouches for it' : `${formatWhen(verifiedAt, now, zone)}${newer > 0 ? `, ${formatCount(newer)} newer` : ''}`,
          },
          {
            label: 'Sealed to',
            value: sealedSize === 0 ? 'nothing yet' : formatCount(sealedSize - 1),
            note: checkpoint.ok ? (
              <>
                root <Hash value={checkpoint.root} name="root" />
              </>
            ) : undefined,
            tone: sealedSize > events ? 'broken' : 'plain',
          },
          {
            label: 'Last signed',
            value: checkpoint.ok && checkpoint.signedAt ? formatWhen(checkpoint.signedAt, now, zone) : '–',
            note: checkpoint.ok ? `checkpoint of ${formatCount(checkpoint.size)}` : undefined,
          },
          {
            label: 'Not yet sealed',
            value: sealedSize > events ? '–' : plural(waiting, 'event'),
            note:
              sealedSize > events
                ? 'signed events are gone'
                : waiting === 0
                  ? 'nothing waits'
                  : oldestUnsealedMs === null
                    ? 'its row is gone'
                    : `oldest ${formatAge(oldestUnsealedMs)}`,
            tone: isSealStale ? 'warning' : 'plain',
          },
          {
            label: 'Sealed values',
            value:
              values === null
                ? 'not read yet'
                : values.faults > 0
                  ? `${formatCount(values.faults)} gone or exchanged`
                  : values.sealed === 0
                    ? 'none'
                    : `${formatCount(values.sealed)} ${values.sealed === 1 ? 'holds' : 'hold'}`,
            tone: values !== null && values.faults > 0 ? 'broken' : 'plain',
            note: values === null ? 'a run of everything reads them' : `${formatCount(values.erased)} erased and logged`,
          },
          ...(away === null ? [] : [{ label: 'Lawfully away', ...away }]),
        ]}
      />
    </section>
  );
}
