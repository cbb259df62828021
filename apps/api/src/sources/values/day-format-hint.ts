import { candidateFormats, dateText } from './day-format-candidates.js';
import { createTimeReader } from './time-format.js';

/** Different values that are kept of those that can't be read. */
const MOST_VALUES = 50;
const MOST_FORMATS_SHOWN = 3;

/** Values of a day's column that can't be read in its format, and what to do about them. */
export class DayFormatHint {
  private readonly values = new Set<string>();

  add(value: unknown): void {
    if (this.values.size < MOST_VALUES) this.values.add(dateText(value));
  }

  /** Where no value of the column can be read; empty where nothing is certain. */
  ofAll(): string {
    const values = [...this.values];
    const candidates = values.map(candidateFormats);
    const [first = [], ...others] = candidates;
    const common = first.filter((format) => others.every((formats) => formats.includes(format)));
    const [format, ...different] = differentDays(common, values);
    if (format !== undefined && different.length === 0) {
      return `: set \`day_column.format: ${format}\``;
    }
    if (format !== undefined) {
      const list = [format, ...different].join(' or ');
      return `, which is ${list}: set \`day_column.format\` to the one that is meant`;
    }
    const mixed = new Set(candidates.flatMap((formats) => formats.slice(0, 1)));
    if (mixed.size < 2) return '';
    const list = [...mixed].slice(0, MOST_FORMATS_SHOWN).join(' and ');
    return `: the column has days of several formats, such as ${list}; write all of them alike`;
  }
}

/** Where other values of the column can be read: how one that can't is written. */
export function otherFormatHint(value: unknown): string {
  const [format] = candidateFormats(value);
  return format === undefined
    ? ''
    : `: it is written as ${format}, other than the days of other rows; write all of them alike`;
}

/** One format of those that have the same day for each of the values. */
function differentDays(formats: readonly string[], values: readonly string[]): readonly string[] {
  const byDays = new Map<string, string>();
  for (const format of formats) {
    const { day } = readerOf(format);
    const days = values.map((value) => day(value)).join();
    if (!byDays.has(days)) byDays.set(days, format);
  }
  return [...byDays.values()];
}

function readerOf(format: string): { readonly day: (value: unknown) => string | undefined } {
  const reader = createTimeReader({ format, timeZone: 'UTC' });
  return { day: (value) => reader.day(value) };
}
