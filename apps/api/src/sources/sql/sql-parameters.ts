import type { CalendarDay } from '@daysync/progress';
import { dayAfter, dayEnd, isoInstant } from '../file/day-template.js';
import { dayStart } from '../values/zone-clock.js';
import type { SqlDialect } from './sql-config.js';

/** What a parameter is for a day. */
interface ParameterValue {
  readonly value: (day: CalendarDay, timeZone: string) => string;
  /** Whether it is an instant, which the time zone decides; else a date. */
  readonly isInstant: boolean;
}

/** The parameters of a query, by the name after the colon. */
const PARAMETERS = {
  day: { value: (day) => day, isInstant: false },
  next_day: { value: dayAfter, isInstant: false },
  day_start: { value: (day, zone) => isoInstant(dayStart(day, zone)), isInstant: true },
  day_end: { value: (day, zone) => isoInstant(dayEnd(day, zone)), isInstant: true },
} as const satisfies Record<string, ParameterValue>;

type ParameterName = keyof typeof PARAMETERS;

/** The names with their colons. */
export const SQL_PARAMETERS = Object.keys(PARAMETERS).map((name) => `:${name}`);

/** The content of a query outside of quotes and comments. */
export interface SqlParts {
  /** In order, with repetitions. */
  readonly parameters: readonly WrittenParameter[];
  /** Whether a semicolon is followed by more text. */
  readonly isList: boolean;
}

/** A parameter of any kind that the database has, known or not. */
export interface WrittenParameter {
  /** With its mark: `:day`, `?`, `$1`. */
  readonly text: string;
  readonly start: number;
}

/**
 * What the databases skip, what they take for a parameter and what only looks like one, each at its first
 * character; what none of these begins is stepped over.
 */
const TOKENS: Readonly<Record<SqlDialect, RegExp>> = {
  postgres: new RegExp(
    [
      String.raw`(?<skipped>--[^\n]*|[eE]'(?:[^'\\]|\\[^]|'')*'?|'[^']*'?|"[^"]*"?|::`,
      // A dollar quote; without its end the rest is quoted.
      String.raw`\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$(?:[^]*?\$\k<tag>\$|[^]*))`,
      String.raw`(?<opened>\/\*)`,
      String.raw`(?<parameter>:[A-Za-z_]\w*|\$\d+)`,
      // Names may hold a dollar sign, and an e before a quote is an escape only where no name ends in it.
      String.raw`(?<word>[\w\u0080-\uffff][\w$\u0080-\uffff]*)`,
      String.raw`(?<semicolon>;)`,
      String.raw`(?<other>\S)`,
    ].join('|'),
    'y',
  ),
  sqlite: new RegExp(
    [
      String.raw`(?<skipped>--[^\n]*|'[^']*'?|"[^"]*"?|${'`'}[^${'`'}]*${'`'}?|\[[^\]]*\]?|\/\*(?:[^]*?\*\/|[^]*))`,
      String.raw`(?<parameter>[:@$][\w$\u0080-\uffff]+|\?\d*)`,
      String.raw`(?<word>[\w\u0080-\uffff][\w$\u0080-\uffff]*)`,
      String.raw`(?<semicolon>;)`,
      String.raw`(?<other>\S)`,
    ].join('|'),
    'y',
  ),
};

/** Scans a query as its database does. An unclosed quote lasts to the end of the text. */
export function readSqlParts(query: string, dialect: SqlDialect): SqlParts {
  const parameters: WrittenParameter[] = [];
  let ended = false;
  let isList = false;
  const token = new RegExp(TOKENS[dialect]);
  for (let at = 0; at < query.length;) {
    token.lastIndex = at;
    const { 0: text, groups = {} } = token.exec(query) ?? { 0: query.charAt(at) };
    const { parameter, semicolon, opened, skipped, word, other } = groups;
    if (parameter !== undefined) parameters.push({ text: parameter, start: at });
    const isComment = opened !== undefined || /^(?:--|\/\*)/.test(skipped ?? '');
    const means = [parameter, word, other, isComment ? undefined : skipped];
    if (ended && means.some((part) => part !== undefined)) isList = true;
    if (semicolon !== undefined) ended = true;
    at = opened === undefined ? at + text.length : endOfNestedComment(query, at);
  }
  return { parameters, isList };
}

/** Whether a parameter has a value. */
export function isKnownParameter({ text }: WrittenParameter): boolean {
  return SQL_PARAMETERS.includes(text);
}

/** Whether a query has the instant at which a day begins or ends, which a time zone decides. */
export function hasInstantParameter(query: string, dialect: SqlDialect): boolean {
  return readSqlParts(query, dialect).parameters.some(
    (parameter) => isKnownParameter(parameter) && PARAMETERS[nameOf(parameter)].isInstant,
  );
}

function nameOf({ text }: WrittenParameter): ParameterName {
  return text.slice(1) as ParameterName;
}

/** A query with numbered parameters, as PostgreSQL requires. */
export interface NumberedQuery {
  readonly text: string;
  /** The values for a day, `$1` first. */
  valuesFor(day: CalendarDay): string[];
}

/**
 * Numbers the known parameters of a query for PostgreSQL; a repeated one keeps its number. Instants get their type: whatever
 * they are compared with, they are no text.
 */
export function numberParameters(query: string, timeZone: string): NumberedQuery {
  const names: ParameterName[] = [];
  let text = '';
  let copied = 0;
  for (const parameter of readSqlParts(query, 'postgres').parameters) {
    if (!isKnownParameter(parameter)) continue;
    const name = nameOf(parameter);
    if (!names.includes(name)) names.push(name);
    const type = PARAMETERS[name].isInstant ? '::timestamptz' : '';
    text += `${query.slice(copied, parameter.start)}$${names.indexOf(name) + 1}${type}`;
    copied = parameter.start + parameter.text.length;
  }
  text += query.slice(copied);
  return { text, valuesFor: (day) => names.map((name) => PARAMETERS[name].value(day, timeZone)) };
}

/**
 * The values of a query's parameters for a day, by name: SQLite binds by name. SQLite compares instants as texts: without a
 * `Z` they come before every text of the same second, with a fraction or without, and so in the right order.
 */
export function namedParameters(
  query: string,
  day: CalendarDay,
  timeZone: string,
): Record<string, string> {
  const written = readSqlParts(query, 'sqlite').parameters.map(({ text }) => text);
  return Object.fromEntries(
    Object.entries(PARAMETERS)
      .filter(([name]) => written.includes(`:${name}`))
      .map(([name, { value, isInstant }]) => {
        const text = value(day, timeZone);
        return [`:${name}`, isInstant ? text.slice(0, -1) : text];
      }),
  );
}

/** PostgreSQL's comments nest. */
function endOfNestedComment(query: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(query); found !== null; found = mark.exec(query)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return query.length;
}
