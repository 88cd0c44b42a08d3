import { CopyButton } from '@/components/ui/copy-button';
import { QrCode } from '@/components/ui/qr-code';
import { SectionHead } from '@/components/ui/section-head';
import { Time } from '@/components/ui/time';
import { formatCount, plural } from '@/lib/format';

type Props = {
  vkey: string;
  words: string;
  since: string;
  /** Events that were sealed when it took over, 0 for the first key of the trail; `before`: the keys it followed, newest first. */
  sinceSize: number;
  before: { vkey: string; words: string; size: number }[];
  isFromFile: boolean;
};

/** The key that vouches for this trail, large: as words for the telephone, as text to copy, as a code for paper. */
export function KeySection({ vkey, words, since, sinceSize, before, isFromFile }: Props) {
  return (
    // on one sheet of paper: the words alone, or the code alone, are no key
    <section aria-labelledby="keys" className="print:break-inside-avoid">
      <SectionHead
        id="keys"
        title="Verifier key"
        note={
          <>
            since <Time at={since} format="datetime" />
            {before.length > 0 && <>, size {formatCount(sinceSize)}</>}
          </>
        }
      />
      {!isFromFile && (
        <p className="pt-3 text-failure">
          There is no key file on this machine that can be read: nothing of this trail is sealed or appended, and this key is what the database says, which
          proves nothing about itself. Compare it with paper, and put the file back from the backup of INDELIBLE_HOME; none is made anew.
        </p>
      )}
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-6 gap-y-3 pt-3 max-wide:grid-cols-[minmax(0,1fr)]">
        <div className="min-w-0">
          <ol
            aria-label="The key as eight words"
            className="grid grid-cols-[repeat(4,auto)] justify-start gap-x-4 gap-y-0.5 text-lg font-[560] tracking-tight max-wide:grid-cols-[repeat(2,auto)]"
          >
            {words.split(' ').map((word, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: eight words in their order, which may repeat
              <li key={i}>{word}</li>
            ))}
          </ol>
          <CopyButton
            text={vkey}
            label="Copy the verifier key"
            title="Copy"
            done={<>{vkey} ✓</>}
            className="print-keep hit mt-2 text-left font-mono text-sm leading-5 break-all text-ink-2 hover:text-ink"
          >
            {vkey}
          </CopyButton>
        </div>
        <QrCode text={vkey} label="The verifier key as a QR code" className="size-[148px] rounded-1 max-wide:size-[172px] print:size-[40mm]" />
      </div>
      {before.length > 0 && (
        <div className="mt-3 text-xs text-ink-2">
          <p>
            It took over from an earlier key, and both signed the checkpoint of {plural(sinceSize, 'event')}. Whoever has the earlier key alone is told
            KEY_ROTATED until he has this one too: compare the words by telephone or on paper.
          </p>
          <ul aria-label="Earlier keys" className="mt-1.5 grid gap-1">
            {before.map((one) => (
              <li key={one.vkey} className="min-w-0">
                before, from {one.size === 0 ? 'the beginning' : `size ${formatCount(one.size)}`}: <b className="font-[550]">{one.words}</b>{' '}
                <span className="block font-mono break-all">{one.vkey}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <p className="mt-2.5 text-xs text-ink-2">
        Print this page today and keep it away from this machine. Whoever steals or changes the key later changes it here as well: only the paper tells. Nothing
        outside vouches for this trail yet (no anchor).
      </p>
    </section>
  );
}
