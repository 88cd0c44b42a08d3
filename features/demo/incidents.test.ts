import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoId } from './event';
import { incidents } from './incidents';

describe('docs/demo.md', () => {
  it('tells every planted story as it is: when, who, how many events, the id of the first', () => {
    const page = fs.readFileSync(path.join(import.meta.dirname, '../../docs/demo.md'), 'utf8');
    const rows = page.split('\n').map((line) => line.replaceAll(/ *\| */g, ' | ').trim());
    const told = rows.filter((line) => /^\| [a-z-]+ \| \d+ days/.test(line));
    expect(told).toEqual(
      incidents.map(
        ({ key, daysBack, start, who, title, seenIn, acts }) =>
          `| ${key} | ${daysBack} days before, ${start} | ${who} | ${title} | ${acts(20_000).length} | \`${demoId(`${key}/0`)}\` | ${seenIn} |`,
      ),
    );
  });
});
