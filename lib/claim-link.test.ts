import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { claimLink, isLinkHeld, releaseLink } from './claim-link';
import { processStart } from './process';

let folder: string;
let link: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'link-'));
  link = path.join(folder, 'a');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

it('is ours until it is released, and no other gets it meanwhile', () => {
  expect([claimLink(link), isLinkHeld(link), claimLink(link)]).toEqual([true, true, false]);
  releaseLink(link);
  expect([isLinkHeld(link), fs.readdirSync(folder)]).toEqual([false, []]);
});

it('of a process that lives is not ours, and of one that is gone it is followed', () => {
  fs.symlinkSync(`${process.ppid} ${processStart(process.ppid)}`, link);
  expect([isLinkHeld(link), claimLink(link)]).toEqual([true, false]);
  releaseLink(link);
  expect(isLinkHeld(link)).toBe(true);
  fs.rmSync(link);
  fs.symlinkSync(`${process.ppid} long ago`, link);
  expect([isLinkHeld(link), claimLink(link), fs.readdirSync(folder)]).toEqual([false, true, ['a']]);
});
