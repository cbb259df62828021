import { MOST_RANGE_DAYS } from '../../config/environment.js';
import { addDays, countDays, type CalendarDay } from '@daysync/progress';
import type { DayReading } from './day-column-guess.js';
import { writeDraft } from './dataset-yaml.js';
import type { InitSource } from './init-source.js';
import type { InitProposal } from './init.js';
import type { DraftTrial } from './try-draft.js';

const MOST_ROWS = 3;
const MOST_CELL = 32;

interface InitReport {
  readonly source: string;
  /** The datasets file. */
  readonly file: string;
  readonly opened: InitSource;
  readonly proposal: InitProposal;
  readonly trial: DraftTrial;
  /** The most days of a batch. */
  readonly maxRangeDays: number;
}

/** What was found, written and tried, line by line. */
export function reportProposal({
  source,
  file,
  opened,
  proposal,
  trial,
  maxRangeDays,
}: InitReport): readonly string[] {
  const { draft, day, rowCount, notes, doubts } = proposal;
  const days = `${count(day.days, 'day')}, ${day.first} to ${day.last}`;
  const how = [opened.format?.format, ...notes].filter((note) => note !== undefined);
  return [
    `${shownSource(source, opened)}: ${count(rowCount, 'row')} read (${opened.extent})${how.length === 0 ? '' : `, ${how.join(', ')}`}`,
    `Day: ${day.name}, written ${day.column.format}: ${days}`,
    '',
    `Added to ${file}:`,
    writeDraft(draft, '  ').trimEnd(),
    '',
    `The first rows of ${trial.day} as they would be written:`,
    ...rowLines(trial),
    '',
    `Tried ${trial.day}: ${count(trial.rowCount, 'row')}, and ${trial.hasBadRows ? 'those that fit are written' : 'all of them fit'}.`,
    ...doubts.map((doubt) => `Not sure: ${doubt}`),
    '',
    ...variableLines(opened),
    ...syncLines(draft.name, day, proposal.today, maxRangeDays),
  ].map(withoutControls);
}

/** The address as the datasets file has it where it has a secret: output is kept in logs. */
function shownSource(source: string, { keys, name, variables = [] }: InitSource): string {
  return variables.length === 0 ? source : `${String(keys['url'])}#${name}`;
}

function variableLines({ variables = [] }: InitSource): readonly string[] {
  const lines = variables.map(({ name }) => `Set ${name} to the password of the address.`);
  return lines.length === 0 ? [] : [...lines, ''];
}

/**
 * The commands that sync all days that are over: a day that is not would stay as far as it is now. A batch has a bound,
 * which a setting raises.
 */
function syncLines(
  name: string,
  { first, last }: DayReading,
  today: CalendarDay,
  maxRangeDays: number,
): readonly string[] {
  if (first >= today) return ['No day is over yet: there is nothing to sync before tomorrow.'];
  const until = last < today ? last : addDays(today, -1);
  const days = countDays(first, until);
  const setting = days > maxRangeDays ? `MAX_RANGE_DAYS=${Math.min(days, MOST_RANGE_DAYS)} ` : '';
  const lines = [
    until === last ? 'Sync all days:' : 'Sync all days up to yesterday (today is not over):',
  ];
  for (let start = first; ;) {
    const end = addDays(start, Math.min(MOST_RANGE_DAYS, countDays(start, until)) - 1);
    lines.push(`  ${setting}npx daysync sync ${name} ${start} ${end} --local`);
    if (end === until) break;
    start = addDays(end, 1);
  }
  return [
    ...lines,
    'If a server is running: npx daysync datasets reload, then the same without --local.',
  ];
}

/** One line a column, so that wide tables fit. */
function rowLines({ dataset, firstRows }: DraftTrial): readonly string[] {
  const rows = firstRows.slice(0, MOST_ROWS);
  const cells = dataset.target.columns.map(({ name, type, nullable }, index) => [
    name,
    nullable ? `${type}, nullable` : type,
    ...rows.map((row) => cell(row[index])),
  ]);
  const widths = (cells[0] ?? []).map((_, index) =>
    Math.max(...cells.map((line) => line[index]?.length ?? 0)),
  );
  return cells.map((line) =>
    `  ${line.map((text, index) => text.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd(),
  );
}

function cell(value: unknown): string {
  const text = value === null ? 'NULL' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= MOST_CELL ? text : `${text.slice(0, MOST_CELL - 1)}…`.toWellFormed();
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;
}

/** A source's text must not steer the terminal. The YAML has line breaks of its own. */
function withoutControls(line: string): string {
  return line.replace(/(?!\n)\p{Cc}/gu, ' ');
}
