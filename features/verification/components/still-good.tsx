import { Hash } from '@/components/ui/hash';
import { KeyValues } from '@/components/ui/key-values';
import { SectionHead } from '@/components/ui/section-head';
import { formatCount, plural } from '@/lib/format';
import type { FindingPlaces, ShownFinding } from '../finding-model';
import { endsText, indexesText, type Reach } from '../looked-at';
import type { VerifyResult } from '../schema';
import { verdictParts } from '../verdict-parts';

const END = ['TRUNCATED', 'HEAD_FORGED', 'HEAD_CUT'];

type Props = { result: VerifyResult; reach: Reach; finding: ShownFinding | null; places: FindingPlaces | null };

/** What a run that has ended covers: beside what is broken, what may still be relied on; and what was not looked at. */
export function StillGood({ result, reach, finding, places }: Props) {
  const cut = END.filter((code) => result.counts[code]);
  return (
    <section aria-labelledby="covers">
      <SectionHead id="covers" title={result.state === 'broken' ? 'Still good' : 'What this verdict covers'} />
      <div className="pt-1.5">
        <KeyValues
          labelWidth={124}
          wrap
          items={[
            ...(finding === null
              ? []
              : [
                  {
                    label: 'Last good before',
                    value:
                      finding.lastGood === null ? (
                        'none before it'
                      ) : (
                        <>
                          {formatCount(finding.lastGood)}
                          {places?.before && places.before.seq === finding.lastGood && (
                            <>
                              {' '}
                              <Hash value={places.before.eventHash} />
                            </>
                          )}
                        </>
                      ),
                  },
                ]),
            ...(places?.next && finding?.seq != null && places.next.seq > finding.seq
              ? [{ label: 'Good again from', value: `${formatCount(places.next.seq)} on stored hashes` }]
              : []),
            { label: 'Head and tail', value: cut.length === 0 ? endsText(reach) : cut.join(', ') },
            ...verdictParts(result, reach.isCancelled),
            {
              label: 'Indexes',
              value: result.counts.DERIVED_MISMATCH ? `${plural(result.counts.DERIVED_MISMATCH, 'entry differs', 'entries differ')}` : indexesText(reach),
            },
            {
              label: 'Recorded',
              value: result.event
                ? `event ${formatCount(result.event.seq)} of this trail`
                : `not in this trail${result.notRecorded ? `: ${result.notRecorded}` : ''}`,
            },
          ]}
        />
      </div>
    </section>
  );
}
