/** What a day that was written is marked for: a check of its dataset (`action: warn`), or a figure out of line. */
export const MARK_KINDS = ['check_warned', 'unusual'] as const;
type MarkKind = (typeof MARK_KINDS)[number];

/** The checks of a dataset, by their keys in the datasets file. */
export const CHECK_NAMES = ['rows.min', 'rows.max', 'rows.within', 'unique', 'day'] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** The figures of a day that are compared with those of its weekday. */
export const FIGURES = ['rows', 'duration'] as const;
export type JudgedFigure = (typeof FIGURES)[number];

/** What the record of a day says of its rows or of its duration. */
export interface DayMark {
  readonly kind: MarkKind;
  readonly of: CheckName | JudgedFigure;
  /** What was expected and what came. */
  readonly text: string;
  /** What came; null for a check that is about no number. Durations are in milliseconds. */
  readonly value: number | null;
  /** The median of the days that it was compared with, and how many they were; null without such days. */
  readonly median: number | null;
  readonly days: number | null;
}

export function writeMarks(marks: readonly DayMark[]): string | null {
  return marks.length === 0 ? null : JSON.stringify(marks);
}

export function readMarks(stored: string | null): readonly DayMark[] {
  return stored === null ? [] : (JSON.parse(stored) as readonly DayMark[]);
}

/** A record with its marks, and when an operator has accepted the day as it is. */
export interface Marked {
  readonly marks: string | null;
  readonly accepted_at: string | null;
}

/** The marks of a record that still stand: once an operator has accepted the day, none does. */
export function standingMarks({ marks, accepted_at }: Marked): readonly DayMark[] {
  return accepted_at === null ? readMarks(marks) : [];
}

/** What marks of a day are about: its number of rows, its duration, or what the rows contain. */
export function isAbout(figure: JudgedFigure, { of }: DayMark): boolean {
  return of === figure || of.startsWith(`${figure}.`);
}
