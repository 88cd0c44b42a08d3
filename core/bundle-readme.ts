/** README.txt of a bundle (SPEC §10): what it is, what can be checked and how, and what nothing in it proves. */

import type { Filter } from './filter';
import { canonicalJson } from './jcs';
import type { JsonValue } from './json';
import { linkCommand } from './link-command';

export type ReadmeFacts = {
  folder: string;
  origin: string;
  /** `[from,to)` */
  from: number;
  to: number;
  inRange: number;
  matched: number;
  filter: Filter | null;
  /** 27 characters. */
  createdAt: string;
  madeBy: string;
  software: string;
  isSynthetic: boolean;
  /** The first matching event and the hashes of its halves, for the example; null where nothing matches. */
  sample: { seq: number; prev: string; headerHash: string; payloadHash: string; eventHash: string } | null;
};

export function readmeText(facts: ReadmeFacts): string {
  const { folder, origin, from, to, inRange, matched, filter, createdAt, madeBy, software, isSynthetic, sample } = facts;
  const range = to > from ? `events ${from} to ${to - 1}` : `no event (the range ${from} to ${to} is empty)`;
  const ownTrail = `${origin.slice(0, origin.indexOf('/'))}/indelible`;
  const missing = to - from - inRange;
  const lines = [
    `EVIDENCE BUNDLE, level "selection"`,
    '',
    `Trail      ${origin}${isSynthetic ? '   SYNTHETIC: generated data, no record of anything that happened' : ''}`,
    `Range      ${range}`,
    `Filter     ${filter === null ? 'none: every event of the range' : canonicalJson(filter as JsonValue)}`,
    `Matched    ${matched} of ${inRange} events in the range`,
    ...(missing > 0 ? [`           ${missing} numbers of the range have no event in the trail: ask for its verification`] : []),
    `Made       ${createdAt} (UTC) by ${madeBy}, ${software}`,
    '',
    'WHAT THIS LEVEL SAYS',
    '',
    'Each event in data/events.jsonl was hashed again while this bundle was made, and the hash agreed with the',
    'one the trail keeps for its number. Nothing is said of the events that are not in here: not that there are',
    'none, and not that none of them matches.',
    '',
    'This bundle is not sealed. It holds no signature, no checkpoint and no time stamp, so nothing in it shows',
    'that the trail was not rewritten as a whole before the bundle was made. Compare the event hashes with what',
    'you hold from elsewhere: receipts, earlier bundles, the trail itself.',
    '',
    'HOW TO CHECK IT BY HAND',
    '',
    '1. That no file of the bundle has changed since it was packed. In this folder:',
    '',
    '     sha256sum -c tagmanifest-sha256.txt && sha256sum -c manifest-sha256.txt',
    '',
    `2. That the bundle is the one that was made. The trail ${ownTrail} of the same installation`,
    '   holds an event "bundle.created" with the hash that this prints:',
    '',
    '     sha256sum tagmanifest-sha256.txt',
    '',
    '3. That an event has the hash it claims. Each line of data/events.jsonl is a JSON object; "header" and',
    '   "payload" are strings that hold the exact text that was hashed. With jq, for line N:',
    '',
    '     sed -n Np data/events.jsonl > event.json',
    '     jq -j .header event.json | sha256sum; jq -j .payload event.json | sha256sum',
    "     printf 'audit-chain/v1\\n%s\\n%s\\n%s\\n%s\\n' SEQ PREV HEADER PAYLOAD | sha256sum",
    '',
    '   SEQ and PREV stand in the line, HEADER and PAYLOAD are the two sums before. The last command prints',
    '   event_hash. Where two neighbours are in here, "prev" of the later is "event_hash" of the earlier.',
    ...(sample
      ? [
          '',
          `   For event ${sample.seq}, the first in here:`,
          '',
          `     ${linkCommand(sample.seq, sample.prev, sample.headerHash, sample.payloadHash)}`,
          '',
          `   prints ${sample.eventHash}.`,
        ]
      : ['', '   There is no event in here: nothing in the range matched.']),
    '',
    'FILES',
    '',
    'data/events.jsonl   the record: one event a line, in the order of seq',
    'data/query.json     what was asked: range, filter, how many matched, and their numbers',
    'data/report.csv     the same events for reading in a spreadsheet, without "details". Times are UTC. An empty',
    '                    cell: the event has no such value. An apostrophe at the start of a cell keeps a spreadsheet',
    '                    from reading the text as a formula, a number or a date; it is not part of the text.',
    'manifest-sha256.txt, tagmanifest-sha256.txt, bagit.txt, bag-info.txt   a BagIt 1.0 bag (RFC 8493)',
    '',
    `The folder is named ${folder}.`,
  ];
  return `${lines.join('\n')}\n`;
}
