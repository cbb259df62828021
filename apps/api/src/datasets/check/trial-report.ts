import type { CalendarDay } from '@daysync/progress';
import { describeReceived } from '../../config/received.js';
import type { Dataset } from '../dataset.js';
import type { TargetColumn } from '../../targets/target.js';
import { writeJson } from '../../targets/exact-json.js';
import { redactText } from '../../config/redact.js';
import type { ColumnTrial, DayTrial } from './day-trial.js';

const MOST_CHARACTERS = 400;
const HEADER = ['source', 'inferred', 'target', 'configured'] as const;

/** The report of a trial, line by line, and whether the whole day would fit. */
export function reportTrial(
  dataset: Dataset,
  day: CalendarDay,
  trial: DayTrial,
): { readonly lines: readonly string[]; readonly fits: boolean } {
  const { rowCount, firstRows, columns, misfits, misfitCount, failure } = trial;
  const redact = (text: string): string => redactText(text, dataset.variables);
  const fits = misfitCount === 0 && failure === null;
  const lines = [
    `${dataset.name} ${day}: ${count(rowCount, 'row')}${failure === null ? '' : ' before it failed'}, nothing written`,
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
    lines.push(...misfits.map(({ code, message }) => `  ${code} ${redact(message)}`));
    if (misfits.length < misfitCount) lines.push(`  … and ${misfitCount - misfits.length} more`);
  }
  if (failure !== null) {
    const { kind, code, message, retryAfterMs } = failure;
    const wait = retryAfterMs === null ? '' : ` (asks to wait for ${retryAfterMs / 1_000} s)`;
    lines.push('', `The source failed: ${kind} ${code}${wait}`, `  ${redact(message)}`);
  }
  if (fits) lines.push('', rowCount > 0 ? 'All of it would fit.' : emptyDay(dataset));
  return { lines: lines.map(withoutControls), fits };
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
    writeName(source),
    inferred,
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
