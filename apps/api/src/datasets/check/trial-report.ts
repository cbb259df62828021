import type { CalendarDay } from '@daysync/progress';
import { describeReceived } from '../../config/received.js';
import type { Dataset } from '../file/dataset.js';
import type { TargetColumn } from '../../targets/target.js';
import { writeJson } from '../../targets/exact-json.js';
import { redactText, shortenText } from '../../config/redact.js';
import type { ColumnMisfits, ColumnTrial, DayTrial } from './day-trial.js';

const MOST_CHARACTERS = 400;
const MOST_UNREADABLE_ROWS = 10;
const UNCLEAR = 'without an offset that a clock change skips or shows twice';
const HEADER = ['source', 'inferred', 'target', 'configured'] as const;

/** The report of a trial, line by line, and whether the whole day would fit, and each row of its file has a day. */
export function reportTrial(
  dataset: Dataset,
  day: CalendarDay,
  trial: DayTrial,
): { readonly lines: readonly string[]; readonly fits: boolean } {
  const { rowCount, leftOutCount, firstRows, columns, misfits, misfitCount, failure } = trial;
  const { unreadable, unclearTimes } = trial;
  const redact = (text: string): string => redactText(text, dataset.variables);
  const fits = misfitCount === 0 && failure === null;
  const unreadableCount = unreadable?.count ?? 0;
  const lines = [
    `${dataset.name} ${day}: ${count(rowCount, 'row')}${failure === null ? '' : ' before it failed'}, nothing written`,
    ...(leftOutCount === 0 ? [] : [`  ${count(leftOutCount, 'row')} left out by where`]),
  ];
  if (firstRows.length > 0) {
    lines.push(
      '',
      firstRows.length < rowCount ? `The first ${firstRows.length} rows:` : 'The rows:',
    );
    lines.push(...firstRows.map(({ row, values }) => `  ${row}  ${writeRow(values)}`));
    lines.push('', 'The columns:', ...writeColumns(columns));
  }
  if (misfitCount > 0) {
    lines.push('', `Would not fit: ${count(misfitCount, 'value')}`);
    lines.push(...misfits.flatMap((ofColumn) => writeMisfits(ofColumn, redact)));
    const shown = misfits.reduce((sum, ofColumn) => sum + ofColumn.count, 0);
    if (shown < misfitCount) lines.push(`  … and ${misfitCount - shown} in other columns`);
  }
  if (failure !== null) {
    const { kind, code, message, retryAfterMs } = failure;
    const wait = retryAfterMs === null ? '' : ` (asks to wait for ${retryAfterMs / 1_000} s)`;
    lines.push('', `The source failed: ${kind} ${code}${wait}`, `  ${redact(message)}`);
  }
  if (fits) lines.push('', rowCount > 0 ? 'All of it would fit.' : emptyDay(dataset));
  if (unreadable !== null && unreadableCount > 0) {
    const rows = unreadable.rows.slice(0, MOST_UNREADABLE_ROWS);
    lines.push(
      '',
      `Without a readable day: ${count(unreadableCount, 'row')} of ${unreadable.file}, in no day of the dataset (SOURCE_DAY_UNREADABLE)`,
      ...rows.map(
        ({ file, text, content }) =>
          `  ${file === unreadable.file ? '' : `${file}, `}${redact(text)}: ${redact(shortenText(content, MOST_CHARACTERS))}`,
      ),
    );
    if (rows.length < unreadableCount) lines.push(`  … and ${unreadableCount - rows.length} more`);
  }
  if (unreadable !== null && unreadable.unclearTimes > 0) {
    lines.push('', unclearDays(unreadable.file, unreadable.unclearTimes));
  }
  if (unclearTimes > 0) {
    const times = `${count(unclearTimes, 'time')} of timestamp columns`;
    lines.push('', `Unclear times: on this day, ${times} ${UNCLEAR}; each is the earlier instant`);
  }
  return { lines: lines.map(withoutControls), fits: fits && unreadableCount === 0 };
}

function unclearDays(file: string, rows: number): string {
  const have = rows === 1 ? '1 row has a time' : `${rows} rows have times`;
  return `Unclear times: in ${file}, ${have} ${UNCLEAR}; the day is the written one`;
}

function writeMisfits(
  { column, count: all, misfits }: ColumnMisfits,
  redact: (text: string) => string,
): string[] {
  const lines = misfits.map(({ code, text, count: same, row }) => {
    const first = row === undefined ? '' : same === 1 ? ` (row ${row})` : ` (first in row ${row})`;
    return `    ${same} × ${code} ${redact(text)}${first}`;
  });
  const shown = misfits.reduce((sum, misfit) => sum + misfit.count, 0);
  if (shown < all) lines.push(`    … and ${all - shown} more`);
  const what =
    column === null
      ? `rows that can't be read: ${all}`
      : `column ${writeName(column)}: ${count(all, 'value')}`;
  return [`  ${what}`, ...lines];
}

function emptyDay({ onEmpty }: Dataset): string {
  return `A day without rows: on_empty is ${onEmpty}.`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function writeRow(values: Readonly<Record<string, unknown>>): string {
  const text =
    writeJson(values) ??
    // What JSON can't say, such as NaN, is what a trial is for.
    Object.entries(values)
      .map(
        ([key, value]) => `${JSON.stringify(key)}: ${writeJson(value) ?? describeReceived(value)}`,
      )
      .join(', ');
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS - 1)}…`.toWellFormed();
}

function writeColumns(columns: readonly ColumnTrial[]): string[] {
  const cells = columns.map(({ source, inferred, target }) => [
    source === null ? '–' : writeName(source),
    source === null ? 'constant' : inferred,
    target?.name ?? '–',
    target === null ? '–' : writeType(target),
  ]);
  const table = [HEADER, ...cells];
  const widths = HEADER.map((_, index) => Math.max(...table.map((row) => row[index]?.length ?? 0)));
  return table.map((row) =>
    `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd(),
  );
}

function writeType({ type, nullable }: TargetColumn): string {
  return nullable ? `${type}, nullable` : type;
}

/** A name that is all letters, digits and common signs as it is, any other as a JSON text. */
function writeName(name: string): string {
  return /^[\p{L}\p{N}_$./~()#%& -]+$/u.test(name) && name.trim() === name
    ? name
    : JSON.stringify(name);
}

/** A source's text must not steer the terminal. */
function withoutControls(line: string): string {
  return line.replace(/\p{Cc}/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
