import { sql, type RawBuilder } from 'kysely';
import type { Dialect } from '../database/database.js';

/**
 * Whether a column has a text, in capitals or not. Both databases get the letters spelled out: SQLite knows the capitals of
 * ASCII alone, and PostgreSQL those of the language that the database was created with.
 */
export function hasText(dialect: Dialect, column: string, text: string): RawBuilder<boolean> {
  const forms = Array.from(text, formsOf);
  return dialect === 'sqlite'
    ? sql<boolean>`${sql.ref(column)} glob ${`*${forms.map(asGlob).join('')}*`}`
    : sql<boolean>`${sql.ref(column)} ~ ${forms.map(asRegex).join('')}`;
}

/** A character and its other forms, each of a single character: `ß` has none, because its capitals are two. */
function formsOf(character: string): readonly string[] {
  const lower = character.toLowerCase();
  const upper = character.toUpperCase();
  // Some letters have several small forms, such as σ and ς.
  const forms = new Set([character, lower, upper, upper.toLowerCase()]);
  return [...forms].filter((form) => Array.from(form).length === 1);
}

function asGlob(forms: readonly string[]): string {
  const [only = ''] = forms;
  return forms.length > 1 || '*?['.includes(only) ? `[${forms.join('')}]` : only;
}

function asRegex(forms: readonly string[]): string {
  const [only = ''] = forms;
  if (forms.length > 1) return `[${forms.join('')}]`;
  return /[!-~]/.test(only) && !/[0-9]/.test(only) ? `\\${only}` : only;
}
