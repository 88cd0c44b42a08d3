import { formatAge, formatCount, plural } from '@/lib/format';
import { formatClock } from '@/lib/time';
import type { EventDetail } from './event-model';
import type { EventProofAnswer } from './event-proof-answer';
import { hashEvent, isSignedBy, readNote, rootFromProof } from './prove-in-browser';

/** `isGood` null: this browser could not check it. */
export type ProofStep = { isGood: boolean | null; title: string; text: string; hashes: { label?: string; value: string }[] };
type Event = Pick<EventDetail, 'seq' | 'header' | 'payload' | 'prevHash' | 'eventHash' | 'isPreviousLinked' | 'previous'>;

const short = (hash: string) => `${hash.slice(0, 8)}…${hash.slice(-4)}`;

/**
 * SCREENS, Event: 1 halves hash, 2 links to the previous; where the event is sealed 3 leaf of the checkpoint, 4 signed. All worked out here from texts and hashes.
 * @param before the proof of the event before it, where no row bears that number
 */
export async function proveEvent(event: Event, answer: EventProofAnswer, before: EventProofAnswer | null): Promise<ProofStep[]> {
  const { header, payload, link } = await hashEvent(event);
  const isWhole = link === event.eventHash;
  const steps: ProofStep[] = [
    {
      isGood: isWhole,
      title: isWhole ? 'Both halves hash to the stored value' : 'The halves do not give the stored hash',
      text: isWhole ? 'Your browser hashed the header and the payload.' : `Your browser got ${short(link)}; stored is ${short(event.eventHash)}.`,
      hashes: [
        { label: 'header', value: header },
        { label: 'payload', value: payload },
      ],
    },
    event.previous || event.seq === 0 ? linkToRow(event, isWhole) : await linkOverGap(event, before),
  ];
  if (answer.state === 'broken') {
    steps.push({ isGood: false, title: 'The sealed tree gives no proof', text: reasonOf(answer), hashes: [] });
  } else if (answer.state === 'keyless') {
    steps.push({ isGood: null, title: 'Whether it was sealed cannot be checked now', text: reasonOf(answer), hashes: [] });
  } else if (answer.state === 'sealed') {
    const note = readNote(answer.note);
    const isOurs = note !== null && note.origin === (JSON.parse(event.header) as { trail?: unknown }).trail;
    const root = note && (await rootFromProof(link, event.seq, note.size, answer.hashes));
    const isLeaf = note !== null && isOurs && root === note.root;
    steps.push({
      isGood: isLeaf,
      title: isLeaf ? `It is leaf ${formatCount(event.seq)} of the checkpoint of ${formatCount(note.size)}` : 'It is not the event that was sealed',
      text: isLeaf
        ? `${answer.hashes.length === 0 ? 'It is the whole tree' : `${plural(answer.hashes.length, 'hash leads', 'hashes lead')} from it to the root that was signed`}.`
        : root === null || note === null
          ? 'The proof or the checkpoint has not the right form.'
          : `The proof leads to ${short(root)}; signed is ${short(note.root)}. The text as it stands is another than the one that was signed.`,
      hashes: note === null ? [] : [{ label: 'root', value: note.root }],
    });
    const isSigned = await isSignedBy(answer);
    steps.push({
      isGood: isSigned,
      title:
        isSigned === null
          ? 'The signature is not checked here'
          : isSigned
            ? 'The checkpoint is signed by the key in the key file'
            : 'The checkpoint is not signed by the key in the key file',
      text:
        isSigned === null
          ? 'This browser does not know Ed25519; the server checked it. Integrity has the commands for openssl.'
          : isSigned
            ? `Compare its words with your paper: ${answer.words}. Whoever shows you this page could show you another key.`
            : 'Keep the checkpoint and compare it with another copy.',
      hashes: [],
    });
  }
  return steps;
}

function linkToRow({ seq, isPreviousLinked: isGood, eventHash }: Event, isWhole: boolean): ProofStep {
  const before = seq === 0 ? 'the genesis of the trail' : `event ${formatCount(seq - 1)}`;
  const hashes = [{ value: eventHash }];
  if (!isGood) return { isGood, title: `It does not link to ${before}`, text: 'It names another predecessor than the one that stands there now.', hashes };
  const text = isWhole
    ? 'Previous hash, header and payload give this event hash.'
    : 'It names the hash that stands before it; what it says of itself is for step 1.';
  return { isGood, title: `It links to ${before}`, text, hashes };
}

/** Where no row bears the number before it, what was signed there says whether the hash that the event names is that one. */
async function linkOverGap({ seq, prevHash, header }: Event, before: EventProofAnswer | null): Promise<ProofStep> {
  const at = formatCount(seq - 1);
  const hashes = [{ label: 'named', value: prevHash }];
  const no = (text: string): ProofStep => ({
    isGood: false,
    title: `It cannot be linked to event ${at}`,
    text: `The row of event ${at} is not here. ${text}`,
    hashes,
  });
  if (before?.state === 'broken') return no(reasonOf(before));
  if (before?.state === 'keyless') return { ...no(reasonOf(before)), isGood: null };
  if (before?.state !== 'sealed') return no('Nothing that was signed says what it was.');
  const note = readNote(before.note);
  const isOurs = note !== null && note.origin === (JSON.parse(header) as { trail?: unknown }).trail && (await isSignedBy(before)) !== false;
  const root = isOurs ? await rootFromProof(prevHash, seq - 1, note.size, before.hashes) : null;
  if (note === null || root === null) return no('The proof of its hash has not the right form, or is not signed.');
  if (root !== note.root) return no('What was signed at that number has another hash than the one that this event names.');
  return {
    isGood: true,
    title: `It links to event ${at}, whose row is not here`,
    text: `The hash that it names was signed at that number: ${plural(before.hashes.length, 'hash leads', 'hashes lead')} from it to the signed root. Whether the row may be away its own page says.`,
    hashes,
  };
}

const reasonOf = ({ code, hint }: { code: string; hint: string }) => `${code}: ${hint.replace(/\.$/, '')}.`;

/** `Holds: four steps checked here at 08:58:12.` · `Does not hold at step 3.` · `Steps 1–2 hold; not sealed yet, 4 s old.` */
export function proofHeadline(steps: readonly ProofStep[], at: string, zone: string, answer: EventProofAnswer, recordedAt: string): string {
  const failed = steps.findIndex((step) => step.isGood === false);
  if (failed >= 0) return `Does not hold at step ${failed + 1}.`;
  if (answer.state === 'waiting') return `Steps 1–2 hold; not sealed yet, ${formatAge(Math.max(0, Date.parse(answer.now) - Date.parse(recordedAt)))} old.`;
  if (answer.state === 'keyless')
    return `${steps.some((step, i) => i < 2 && step.isGood === null) ? 'Step 1 holds' : 'Steps 1–2 hold'}; what was signed cannot be read here.`;
  if (steps.some((step) => step.isGood === null)) return `Steps 1–3 hold, checked here at ${formatClock(at, zone)}; step 4 was not.`;
  return `Holds: four steps checked here at ${formatClock(at, zone)}.`;
}
