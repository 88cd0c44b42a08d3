import { FactRow } from '@/components/ui/fact-row';
import { Hash } from '@/components/ui/hash';
import { formatCount } from '@/lib/format';
import type { ShownResult } from '../resource-schema';

/** What the sentence of the check of a resource is made of. */
export function ResourceCheckFacts({ result }: { result: ShownResult }) {
  const { checked, proven, unsealed, unproven, firstSeq, lastSeq, size, root, isOutside, sealedValues } = result;
  return (
    <FactRow
      facts={[
        { label: 'Read', value: formatCount(checked), note: checked > 0 && firstSeq === null ? 'which is not told' : spanText(firstSeq, lastSeq) },
        {
          label: 'Proven',
          value: formatCount(proven),
          note: unproven ? `${formatCount(unproven)} lead to no signed root` : proven === 0 ? 'nothing of it is signed' : 'each leads to the signed root',
          tone: unproven ? 'broken' : 'plain',
        },
        { label: 'Not yet sealed', value: formatCount(unsealed), note: unsealed === 0 ? 'nothing waits' : 'its own hash holds, no more is known' },
        {
          label: 'Sealed to',
          value: size === 0 ? 'nothing yet' : formatCount(size - 1),
          note: root !== null && (
            <>
              <Hash value={root} name="root" />
              {isOutside === false && ' by the database alone'}
            </>
          ),
        },
        sealedValues === null
          ? { label: 'Sealed values', value: 'not told' }
          : {
              label: 'Sealed values',
              value: sealedValues.sealed + sealedValues.erased === 0 ? 'none' : formatCount(sealedValues.sealed),
              note: `${formatCount(sealedValues.erased)} erased and logged`,
            },
      ]}
    />
  );
}

const spanText = (first: number | null, last: number | null) =>
  first === null || last === null ? 'no event' : first === last ? `event ${formatCount(first)}` : `from ${formatCount(first)} to ${formatCount(last)}`;
