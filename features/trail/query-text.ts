import type { Filter } from '@/core/filter';
import { type Field, fieldOfKey, type Match, type Term, termsToFilter } from './query-fields';
import { filterToTerms } from './query-terms';

/**
 * The text of a query, as it stands in the address and in the search box, and the filter of SPEC §10 that it means.
 *
 *   query = { term | "and" }                     terms side by side all hold
 *   term  = [ "-" ] ( "(" query { "or" query } ")" | key ":" value { "," value } | value { "," value } )
 *   value = [ "*" ] ( bare | '"' quoted '"' ) [ "*" ] | "*"        x = is · x* = starts with · *x* = contains · * = is present
 *           key:>=x and key:<x on seq, occurred and recorded
 *
 * A value without a key is free text: action or resource id contains it. Case counts everywhere (SPEC §10). In quotes `\"` and `\\` are escapes.
 */
export type QueryParse = { ok: true; terms: Term[]; filter: Filter } | QueryFault;
/** Where the text went wrong: `at` and `length` are UTF-16 code units of it. */
export type QueryFault = { ok: false; at: number; length: number; message: string };

class Fault extends Error {
  constructor(
    readonly at: number,
    readonly length: number,
    message: string,
  ) {
    super(message);
  }
}

const MAX_LENGTH = 8_000; // an address longer than this is cut by proxies
const MAX_DEPTH = 16;

export function parseQueryText(text: string): QueryParse {
  try {
    if (text.length > MAX_LENGTH) throw new Fault(MAX_LENGTH, text.length - MAX_LENGTH, `A query holds at most ${MAX_LENGTH.toLocaleString('en')} characters.`);
    const zero = text.indexOf('\0');
    if (zero >= 0) throw new Fault(zero, 1, 'No event holds the character U+0000.');
    const reader = new Reader(text);
    const any = reader.alternatives(0);
    if (!reader.done()) throw new Fault(reader.at, 1, 'This bracket closes nothing. Put it in quotes to search for it.');
    const terms: Term[] = any.length === 1 ? (any[0] as Term[]) : [{ kind: 'group', not: false, any }];
    return { ok: true, terms, filter: termsToFilter(terms) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, at: error.at, length: error.length, message: error.message };
  }
}

/** The text that parses to a filter which matches the same events. */
export function formatQueryText(filter: Filter): string {
  return formatTerms(filterToTerms(filter));
}

export function formatTerms(terms: readonly Term[]): string {
  return terms.map(formatTerm).join(' ');
}

function formatTerm(term: Term): string {
  const sign = term.not ? '-' : '';
  if (term.kind === 'group') return `${sign}(${term.any.map((terms) => (terms.length === 0 && term.any.length > 1 ? '()' : formatTerms(terms))).join(' or ')})`;
  if (term.kind === 'text') return sign + term.values.map((value) => formatMatch(value, 'contains', undefined)).join(',');
  return `${sign}${term.key}:${term.values.map((value) => formatMatch(value, 'is', fieldOfKey(term.key))).join(',')}`;
}

function formatMatch({ op, text }: Match, bareOp: Match['op'], field: Field | undefined): string {
  if (op === 'from' || op === 'before') return (op === 'from' ? '>=' : '<') + text;
  // A choice that is none of the field's own, and a bare value that reads as something else, are kept by their quotes.
  const unusual = op === 'is' && field?.choices && !field.choices.includes(text);
  const isWord = bareOp === 'contains' && (/^-|:/.test(text) || /^(and|or)$/i.test(text));
  const body = unusual || isWord || text === '' || /[\s,"()*\\]/.test(text) || /^(>=|<)/.test(text) ? `"${text.replace(/[\\"]/g, '\\$&')}"` : text;
  if (op === bareOp) return body;
  if (op === 'starts') return text === '' ? '*' : `${body}*`;
  return `*${body}*`;
}

class Reader {
  at = 0;
  constructor(private readonly text: string) {}

  done() {
    this.skip();
    return this.at >= this.text.length;
  }

  alternatives(depth: number): Term[][] {
    if (depth > MAX_DEPTH) throw new Fault(this.at, 1, `Brackets may stand ${MAX_DEPTH} deep.`);
    const any: Term[][] = [[]];
    while (!this.done() && this.text[this.at] !== ')') {
      const word = this.word();
      if (/^and$/i.test(word)) this.at += 3;
      else if (/^or$/i.test(word)) {
        if (any.at(-1)?.length === 0) throw new Fault(this.at, 2, 'Something has to stand before "or". Put the word in quotes to search for it.');
        this.at += 2;
        any.push([]);
      } else any.at(-1)?.push(this.term(depth));
    }
    if (any.length > 1 && any.at(-1)?.length === 0) throw new Fault(Math.max(0, this.at - 1), 1, 'Something has to follow "or".');
    return any;
  }

  private term(depth: number): Term {
    const start = this.at;
    const not = this.take('-');
    if (this.take('(')) {
      const any = this.alternatives(depth + 1);
      if (!this.take(')')) throw new Fault(start, 1, 'This bracket is never closed.');
      return { kind: 'group', not, any };
    }
    const key = /^[A-Za-z_][\w-]*(?=:)/.exec(this.text.slice(this.at, this.at + 64))?.[0];
    if (key === undefined) return { kind: 'text', not, values: this.values(undefined) };
    const field = fieldOfKey(key);
    if (!field) {
      const whole = this.word();
      throw new Fault(this.at, key.length, `There is no field "${key}". To search for the text, put it in quotes: "${whole}".`);
    }
    this.at += key.length + 1;
    return { kind: 'field', key: field.key, not, values: this.values(field) };
  }

  private values(field: Field | undefined): Match[] {
    const values = [this.value(field)];
    while (this.take(',')) values.push(this.value(field));
    return values;
  }

  private value(field: Field | undefined): Match {
    const start = this.at;
    const comparable = field && (field.member === 'seq' || field.kind === 'time');
    const comparison = comparable ? /^(>=|<)/.exec(this.text.slice(this.at, this.at + 2))?.[0] : undefined;
    if (comparison) this.at += comparison.length;
    const before = !comparison && this.take('*');
    const isQuoted = this.text[this.at] === '"';
    const body = isQuoted ? this.quoted() : this.bare();
    const after = !comparison && this.take('*');
    const length = Math.max(1, this.at - start);
    const next = this.text[this.at];
    if (next !== undefined && !/[\s,)]/.test(next)) throw new Fault(this.at, 1, `Put the value in quotes: ${next} has a meaning of its own here.`);
    if (body === '' && !isQuoted && !before)
      throw new Fault(
        start,
        length,
        field ? `Write a value after "${field.key}:", or "" for events that leave it empty.` : 'Write a word, or a field and a value.',
      );
    if (before && body === '' && !isQuoted) return check(field, { op: 'starts', text: '' }, start, length); // `*` and `**`: whatever is there
    if (before && !after) throw new Fault(start, length, `Nothing can be searched by its end: write *${body}* for "contains".`);
    const op = comparison ? (comparison === '<' ? 'before' : 'from') : before ? 'contains' : after ? 'starts' : field ? 'is' : 'contains';
    if (op === 'is' && field?.choices && !isQuoted && !field.choices.includes(body)) {
      throw new Fault(start, length, `"${body}" is no ${field.label}: ${field.choices.join(', ')}.`);
    }
    return check(field, { op, text: body }, start, length);
  }

  private quoted(): string {
    const start = this.at++;
    let body = '';
    for (;;) {
      const char = this.text[this.at++];
      if (char === undefined) throw new Fault(start, 1, 'This quotation mark is never closed.');
      if (char === '"') return body;
      const escaped = this.text[this.at];
      if (char === '\\' && (escaped === '"' || escaped === '\\')) this.at++;
      body += char === '\\' && (escaped === '"' || escaped === '\\') ? escaped : char;
    }
  }

  private bare(): string {
    const body = /^[^\s,"()*]*/.exec(this.text.slice(this.at))?.[0] ?? '';
    this.at += body.length;
    return body;
  }

  private word(): string {
    return /^[^\s"()]*/.exec(this.text.slice(this.at))?.[0] ?? '';
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private skip() {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }
}

/** Integers and times must read as such: a filter that can never match is a false "no events". */
function check(field: Field | undefined, match: Match, at: number, length: number): Match {
  if (field?.kind === 'integer') {
    if (match.op === 'starts' || match.op === 'contains') throw new Fault(at, length, `"${field.key}" is a number: write it whole.`);
    if (!/^(0|[1-9]\d*)$/.test(match.text) || !Number.isSafeInteger(Number(match.text))) throw new Fault(at, length, `"${match.text}" is no whole number.`);
  }
  if (field?.kind === 'time' && (match.op === 'from' || match.op === 'before')) {
    const text = fullTime(match.text);
    if (text === null) throw new Fault(at, length, 'Write the time as 2026-11-23T13:01:27Z (UTC).');
    return { op: match.op, text };
  }
  return match;
}

/** UTC with whatever precision → the 27 characters of SPEC §2; null if it is no such time. */
function fullTime(text: string): string | null {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?Z$/i.exec(text.toUpperCase());
  if (!parts) return null;
  const whole = `${parts[1]}T${parts[2]}:${parts[3] ?? '00'}`;
  const date = new Date(`${whole}Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 19) !== whole) return null;
  return `${whole}.${(parts[4] ?? '').padEnd(6, '0')}Z`;
}
