import { formatAge, formatCount, plural } from '@/lib/format';
import { awayText } from './away-words';
import { listedText } from './listed-words';
import { stoppedAt } from './looked-at';
import type { VerifyResult } from './schema';

type Part = { label: string; value: string };

/**
 * What SPEC §8 has every verdict say beside what was found, each with its name: range, seal, anchor, what is not sealed, sealed values, what is away, keys. Isomorphic.
 * @param isCancelled it was stopped, and says nothing of what it did not come to
 */
export function verdictParts(result: VerifyResult, isCancelled: boolean): Part[] {
  const { from, to, checked, unsealed, keys } = result;
  const soFar = isCancelled ? `; ${stoppedAt(result)}` : '';
  const away = awayText(result.away);
  return [
    { label: 'Range', value: to > from ? `${formatCount(from)} to ${formatCount(to - 1)}, ${plural(checked, 'event')} read` : 'no event' },
    { label: 'Sealed to', value: sealedText(result) },
    { label: 'Anchored', value: 'nowhere: no copy outside this machine vouches for it' },
    { label: 'Checkpoints', value: `${listedText(result)}${soFar}` },
    { label: 'Not yet sealed', value: unsealed ? unsealedText(unsealed) : 'not told' },
    { label: 'Sealed values', value: `${valuesText(result)}${soFar}` },
    { label: 'Away', value: away === null ? 'none' : `${away}: signed acts say so` },
    { label: 'Keys trusted', value: keys ? (keys.length === 0 ? 'none: nothing was signed' : keys.join(', ')) : 'not told' },
  ];
}

const PROVEN_BY = { note: 'signature holds', guard: 'the guard file says so, which bears no signature' };

function sealedText({ provenTo, provenBy, sealedTo }: VerifyResult): string {
  if (provenTo > 0) return `${formatCount(provenTo - 1)}, ${provenBy ? PROVEN_BY[provenBy] : 'by what is known outside the database'}`;
  return sealedTo > 0 ? `${formatCount(sealedTo - 1)} by notes in the database alone` : 'no signed size fits what was read';
}

function valuesText({ sealedValues, resumed }: VerifyResult): string {
  if (!sealedValues) return resumed ? 'not counted: the run was taken up half-way' : 'not told';
  const { sealed, erased } = sealedValues;
  return sealed + erased === 0 ? 'none' : `${formatCount(sealed)} there, ${formatCount(erased)} erased and logged`;
}

function unsealedText({ events, oldestMs }: NonNullable<VerifyResult['unsealed']>): string {
  if (events === 0) return 'none of what was read';
  return `${plural(events, 'event')} of what was read${oldestMs === null ? '' : `, oldest ${formatAge(oldestMs)} at its end`}`;
}
