import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { FindingsList } from './components/findings-list';
import { findingLines, missingRows } from './missing-rows';

const told = { telling: 'told', areRowsDue: true } as const;
const findings = [0, 1].map((n) => ({ n, code: 'EVENT_HASH', seq: n + 5, expected: 'aa', found: 'bb', lastGood: 4 }));

test('nothing is missing where each finding that the database keeps has its row', () => {
  expect([missingRows(told, 0, 0), missingRows(told, 2, 2), missingRows(told, 2, 3), missingRows(told, 25_000, 10_000)]).toEqual([null, null, null, null]);
});

test('what is missing is counted, and who counted it is named', () => {
  expect(missingRows(told, 1, 0)?.text).toBe('The finding that the event of this run counts is not listed: its row is gone from the database.');
  expect(missingRows(told, 25_000, 9_000)?.text).toMatch(/^1,000 of the first 10,000 findings that the event of this run counts are not listed:/);
  expect(missingRows({ ...told, telling: 'untold' }, 3, 2)?.text).toMatch(
    /that the row of this run counts .* gone from the database, or the row counts too many\.$/,
  );
});

test('where rows may never have been written nobody is said to have taken them away', () => {
  expect(missingRows({ ...told, areRowsDue: false }, 3, 2)).toEqual({
    text: '1 of the 3 findings that the event of this run counts is not listed: the database has no row of it, and had none when the event was told. Rows are written when a run ends, and its process may have been stopped before.',
    areGone: false,
  });
});

test('the file of findings ends with what is missing', () => {
  const whole = findingLines(findings, null);
  expect(whole.split('\n')).toHaveLength(3);
  const missing = missingRows(told, 3, 2);
  expect(findingLines(findings, missing)).toBe(`${whole}${JSON.stringify({ missing: missing?.text })}\n`);
});

/** The heading of the list, and its link to the file. */
function listed(total: number): string[] {
  const at = { page: 0, pageSize: 50, selected: 0, hrefOf: String, pageHref: String, fileHref: '/file' };
  const text = renderToStaticMarkup(createElement(FindingsList, { shown: findings, all: findings, total, ...at })).replaceAll(/<[^>]*>/g, '\n');
  return text.split('\n').filter((line) => / of |JSON Lines/.test(line));
}

test('a list that lacks findings does not say that it has all of them', () => {
  expect(listed(2)).toEqual(['2 of 2, none cut off', 'All 2 as JSON Lines']);
  expect(listed(5)).toEqual(['2 of 5', 'The 2 listed as JSON Lines']);
  expect(listed(25_000)).toEqual(['2 of 25,000 shown, all in the file', 'All 25,000 as JSON Lines']);
});
