import { isUnnamed } from '../../sources/formats/csv-format.js';
import type { ColumnType } from '../../targets/column-types.js';
import { isColumnName } from '../file/column-shape.js';
import { freeName, nameFrom } from './column-names.js';
import type { ColumnGuess } from './type-guess.js';

/** The columns of a target as the datasets file has them, and what their names don't say. */
export interface ColumnsDraft {
  readonly columns: Readonly<Record<string, unknown>>;
  readonly doubts: readonly string[];
}

/** Valid names for the columns, each with its type and where it comes from. */
export function draftColumns(guesses: readonly ColumnGuess[]): ColumnsDraft {
  const columns = new Map<string, unknown>();
  const doubts: string[] = [];
  guesses.forEach((guess, index) => {
    const { source, type, ambiguous, hasValues } = guess;
    if (source === '' || isUnnamed(source)) {
      doubts.push(`column ${index + 1} has no name in the file and is left out`);
      return;
    }
    if (type === undefined) {
      doubts.push(`${source} has values of several kinds, which no type takes, and is left out`);
      return;
    }
    const isFree = (one: string): boolean => isColumnName(one) && !columns.has(one);
    const last = nameFrom(guess.steps.at(-1) ?? '');
    const whole = nameFrom(guess.steps.join(' ')) ?? `column_${index + 1}`;
    const name = last !== undefined && isFree(last) ? last : freeName(whole, isFree);
    columns.set(name, draftColumn(name, guess, type));
    if (ambiguous.length > 0) {
      doubts.push(
        `${name} is text: its dates could be ${ambiguous.join(' or ')}; if so, write { type: date, format: … }`,
      );
    }
    if (guess.code !== undefined) {
      doubts.push(
        `${name} is text: as a number, ${JSON.stringify(guess.code)} could not be written back as it was read; if it is one, write type: real`,
      );
    }
    if (!hasValues)
      doubts.push(`${name} has no value in these rows, so its type ${type} is a guess`);
  });
  return { columns: Object.fromEntries(columns), doubts };
}

function draftColumn(name: string, guess: ColumnGuess, type: ColumnType): unknown {
  const { source, steps, format, nullable, isOptional } = guess;
  const place = steps.length > 1 ? { pointer: source } : source === name ? {} : { from: source };
  const draft = {
    ...place,
    type,
    ...(format === undefined ? {} : { format }),
    ...(nullable ? { nullable: true } : {}),
    // Stands where a row does not have the column at all.
    ...(isOptional ? { default: null } : {}),
  };
  return Object.keys(draft).length === 1 ? type : draft;
}
