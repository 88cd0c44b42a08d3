// What an incident file shows by hand of a finding about signed notes or about rows that are gone, and what of it is the run's word alone. Pure.
import { bracketOf } from '@/core/notes-of';
import { formatCount, plural } from '@/lib/format';
import type { Incident } from './incident';
import { isOfKey, type NumberedNote, printed, signerCommands } from './incident-notes';
import { leafCommands } from './incident-rows';
import { consistencyCommands, inclusionCommands } from './incident-tree';

/** `limits`: what no command shows, a line each. */
export type Shown = { commands: string[]; limits: string[] };

export function shownOf(incident: Incident, notes: readonly NumberedNote[]): Shown {
  const about = notes.filter(({ note }) => incident.notes.includes(note));
  const { commands, limits } = byCode(incident, about);
  const fault = incident.keyFault === null ? [] : [`The keys of this machine: ${incident.keyFault}. No signature is checked here.`];
  return { commands, limits: [...limits, ...fault, ...incident.faults, ...(incident.keys.length === 0 ? [] : givenLimits(incident.run))] };
}

/** Of keys that were given and that no event names: one that tells that something was does not tell whether it was keys or notes. */
function givenLimits({ given }: Incident['run']): string[] {
  if (given === null || given.isTold) return [];
  return given.texts.length === 0
    ? ['The run was given keys or notes by its caller, and which they were is not known: the keys here are those of this machine.']
    : ['Which keys the run was given by its caller, its row in the database says, and no event of the trail.'];
}

function byCode(incident: Incident, notes: readonly NumberedNote[]): Shown {
  const { code, seq, expected, found } = incident.finding;
  switch (code) {
    case 'EQUIVOCATION':
      return equivocation(incident, notes);
    case 'FORK':
      return bracketOf(expected).length > 0 ? fork(incident, notes) : NOTHING;
    case 'TRUNCATED':
      return truncated(incident, notes);
    case 'UNKNOWN_KEY':
      return unknownKey(incident, notes);
    case 'WRONG_TRAIL':
      return seq === null ? wrongTrail(notes) : NOTHING;
    case 'NOTE_REFUSED':
      return refused(incident, notes);
    case 'KEY_ROTATED':
      return {
        commands: notes.flatMap(({ n }) => says(n, `note ${n}: its size and root`)),
        limits: [
          ...gone(notes, 'The checkpoint that both keys signed'),
          `That an act of the trail, signed by the old key, names the new one is what the run says.`,
        ],
      };
    case 'SEQ_GAP':
    case 'HEAD_CUT':
      return { commands: [], limits: missing(incident, found) };
    case 'SOURCE_GAP':
      return {
        commands: [],
        limits: [
          `That what is missing (${expected ?? 'numbers of a source'}) never came is what the run says, of the events that it read.`,
          ...(incident.earlier
            ? []
            : ['The event before it of the same run of its source is not among the thousand before it, or it is no event of its own that showed the gap.']),
        ],
      };
    default:
      return NOTHING;
  }
}

const NOTHING: Shown = { commands: [], limits: [] };
const says = (n: number, comment: string) => ['', `# ${comment}`, `says ${n}`];
const gone = (notes: readonly NumberedNote[], what: string) => (notes.length > 0 ? [] : [`${what} is not at hand: what it says is the run's word alone.`]);
const sayRoot = ({ size, root }: NumberedNote) => `${size} ${root}`;

/** Two roots of one size, or the one that a larger signed tree has where another was signed. */
function equivocation({ finding, tree }: Incident, notes: readonly NumberedNote[]): Shown {
  const { expected, found } = finding;
  const [one, other] = [notes.find((note) => sayRoot(note) === expected), notes.find((note) => sayRoot(note) === found)];
  if (one && other)
    return {
      commands: ['', '# both notes: one size, two roots', `says ${one.n}`, `says ${other.n}`],
      limits: ['Which of the two histories is the true one, neither note says.'],
    };
  const larger = other && tree && notes.find(({ size, root }) => size === String(tree.to) && root === tree.toRoot);
  if (!other || !larger)
    return {
      commands: other ? says(other.n, `note ${other.n}: its size and root`) : [],
      limits: [
        ...(other ? [] : ['The note that is contradicted is not at hand.']),
        `The tree as it is stored now does not lead to a larger signed root: that the events give another one, ${expected ?? '–'}, is what the run says.`,
      ],
    };
  return {
    commands: [
      '',
      `# the hashes lead the tree that note ${larger.n} signed back to the one of ${tree.from} events that it begins with: the first two lines, the root of ${tree.to}, are equal`,
      ...consistencyCommands(tree),
      'echo $s',
      `root ${larger.n}`,
      `# the root of its first ${tree.from} events, and the one that note ${other.n} signed for as many: they differ`,
      'echo $f',
      `root ${other.n}`,
    ],
    limits: [],
  };
}

/** The tree as it is now from a size where it has the signed root to one where it has not. */
function fork({ finding, tree }: Incident, notes: readonly NumberedNote[]): Shown {
  const [good = 0, bad = 0] = bracketOf(finding.expected).map(Number);
  const signedAt = (size: number) => notes.filter((note) => note.size === String(size) && isOfKey(note));
  const worse = signedAt(bad).filter(({ root }) => root !== tree?.toRoot);
  const same = signedAt(good).find(({ root }) => root === tree?.fromRoot);
  const limits = [
    ...(signedAt(bad).length > 0
      ? []
      : [`No signed note of ${plural(bad, 'event')} is at hand: the guard file beside the key names its root, without a signature, or the note is gone.`]),
    ...(good > 0 && signedAt(good).length === 0 ? [`No signed note of ${plural(good, 'event')} is at hand.`] : []),
  ];
  if (!tree || worse.length === 0 || (good > 0 ? !same : !tree.inclusion)) {
    const why =
      'The tree as it is stored now does not show it: that the rows give another root there than the signed one is what the run says, which hashed each of them.';
    return { commands: notes.flatMap(({ n }) => says(n, `note ${n}: its size and root`)), limits: [...limits, why] };
  }
  const { inclusion } = tree;
  const commands: string[] = [];
  if (same)
    commands.push(
      '',
      `# the tree as it is now: the same hashes give the root of ${good} events and that of ${bad}. The first is the one that note ${same.n} signed`,
      ...consistencyCommands(tree),
      'echo $f',
      `root ${same.n}`,
      `# the second is not the one that was signed (note ${inList(worse)})`,
      'echo $s',
      ...worse.map(({ n }) => `root ${n}`),
    );
  if (inclusion)
    commands.push(
      '',
      `# the row ${inclusion.seq} as it stands is a leaf of the tree as it is now: its leaf, and the same`,
      ...leafCommands('stored'),
      `echo ${inclusion.leaf}`,
      `# and leads to its root of ${bad} events, which is not the one that was signed (note ${inList(worse)})`,
      ...inclusionCommands(inclusion.seq, bad, inclusion.leaf, inclusion.hashes),
      'echo $r',
      ...worse.map(({ n }) => `root ${n}`),
    );
  const whose =
    'Whether the other hashes of the stored tree are those of the rows, nothing here shows; that the rows give another root than the signed one is what the run says.';
  const which = `Which of the events ${formatCount(good)} – ${formatCount(bad - 1)} was rewritten first, nothing that is left says.`;
  return { commands, limits: [...limits, whose, which] };
}

const inList = (notes: readonly NumberedNote[]) => notes.map(({ n }) => n).join(', ');

/** A signed size, and the rows that are here as its beginning. */
function truncated({ finding, tree, proof }: Incident, notes: readonly NumberedNote[]): Shown {
  const here = Number(finding.found);
  const [note] = notes;
  const isCount = Number.isSafeInteger(here) && here >= 0; // a row says it
  const counted = isCount ? [`That ${plural(here, 'row is', 'rows are')} here is what the run says: it read them to the end.`] : [];
  if (!note) {
    const known = `No signed note of more events is at hand: that there were ${finding.expected} is known from the end marker, the index of ids or an earlier verification, and is what the run says.`;
    return { commands: [], limits: [...counted, known] };
  }
  const commands = says(note.n, `note ${note.n}: how many events were signed, and their root`);
  if (tree && note.root === tree.toRoot)
    commands.push(
      '',
      `# the first ${tree.from} of them, as the stored tree has them, are the beginning of what was signed: the last two lines, the root of ${tree.to}, are equal`,
      ...consistencyCommands(tree),
      'echo $s',
      `root ${note.n}`,
    );
  const last = tree && note.root === tree.toRoot ? tree.inclusion : null;
  if (tree && last)
    commands.push(
      '',
      `# the last row that is here is the one that was sealed at ${last.seq}: its leaf, and the same`,
      ...leafCommands('before'),
      `echo ${last.leaf}`,
      '# which leads to the root that was signed: equal',
      ...inclusionCommands(last.seq, tree.to, last.leaf, last.hashes),
      'echo $r',
      `root ${note.n}`,
    );
  const unproven = proof?.state === 'sealed' || (tree && note.root === tree.toRoot) ? [] : ['The stored tree leads to no event of those that are gone.'];
  return { commands, limits: [...counted, ...unproven] };
}

function unknownKey({ keys }: Incident, notes: readonly NumberedNote[]): Shown {
  const [ours, others] = [notes.filter(isOfKey), notes.filter((one) => !isOfKey(one))];
  const limits = gone(notes, 'The note');
  if (others.length > 0) limits.push(`By no key of this file: note ${inList(others)}. Whose the keys are that signed, nothing here says.`);
  if (ours.length > 0)
    limits.push(
      `By a key of this file: note ${inList(ours)}. The run did not count that: it went by other keys then, or an act of the trail calls the key stolen.`,
    );
  return { commands: signerCommands(notes, keys), limits };
}

const wrongTrail = (notes: readonly NumberedNote[]): Shown => ({
  commands: notes.flatMap((note) => [
    '',
    `# the trail that note ${note.n} names, and the one that it stood in: they differ`,
    `note ${note.n} | sed -n 1p${printed(note)}`,
    'trail',
  ]),
  limits: gone(notes, 'The note'),
});

function refused({ finding }: Incident, notes: readonly NumberedNote[]): Shown {
  const { expected, found } = finding;
  if (found === 'more') return { commands: [], limits: [`Which ${expected ?? ''} notes they are, the run does not tell: it counted them.`] };
  const none = gone(notes, 'The note');
  if (found === 'row')
    return {
      commands: notes.flatMap(({ n }) => says(n, `note ${n}: the size and root that it says`)),
      limits: [
        ...none,
        `That it stands in the row of size ${expected ?? '–'} of the list of checkpoints, or in one of another root, is what the database says: the run read it there.`,
      ],
    };
  if (found === 'note')
    return {
      commands: notes.flatMap(({ n }) => ['', `# note ${n}, its first 320 bytes as they are`, `note ${n} | head -c 320 | xxd`]),
      limits: [...none, ...(notes.length > 0 ? ['That they are no signed note is for whoever compares them with its form, C2SP signed-note.'] : [])],
    };
  if (found === 'signature') {
    const unseen = notes.filter(({ signatures }) => !signatures.some(({ key, holds }) => key !== null && !holds));
    return {
      commands: [],
      limits: [
        ...none,
        ...unseen.map(
          ({ n }) => `Which signature of note ${n} does not hold, and under which key, is what the run says: that key is not in this file, or no key of a log.`,
        ),
      ],
    };
  }
  return {
    commands: notes.flatMap((note) => [
      '',
      `# the text of note ${note.n}: three lines are due, the trail, a size and 32 bytes of root in base64`,
      `note ${note.n} | sed -n '1,${note.lines}p'${printed(note)}`,
    ]),
    limits: none,
  };
}

/** Of rows that are gone. */
function missing({ after, proof, finding }: Incident, found: string | null): string[] {
  const first = formatCount(finding.seq ?? 0);
  const lines = after === null && found !== 'stub' ? [`No row behind ${first} is there any more.`] : [];
  if (proof?.state === 'not sealed')
    lines.push(`Event ${first} is not below the newest checkpoint: that it was there is said by the numbers, and by what the row after names.`);
  lines.push('That nothing allows it to be gone, such as the act of an archive, is what the run says.');
  return lines;
}
