import { readFileSync, statSync } from 'node:fs';
import { leadsOut } from '../../sources/file/path-kind.js';
import { compareDays, parseCalendarDay, type CalendarDay } from '@daysync/progress';

/** About twenty thousand days. */
export const MOST_EXCEPT_BYTES = 262_144;
/** More wrong lines are counted, not listed. */
const MOST_LISTED = 20;

/** What a file of days was expected to be, and what came in its place. */
interface ExceptProblem {
  readonly expected: string;
  readonly received: string;
}

export type ReadExcept =
  | { readonly ok: true; readonly days: readonly CalendarDay[] }
  | { readonly ok: false; readonly problems: readonly ExceptProblem[] };

/**
 * Reads a file of days; blocks while it does, as the datasets file is read.
 * @param path absolute
 * @param written the path as users write it
 */
export function readExceptFile(path: string, written: string): ReadExcept {
  let text: string;
  try {
    const { size, isFile } = sizeOf(path);
    if (!isFile) return oneProblem('a file', `something else at ${written}`);
    if (leadsOut(path)) {
      return oneProblem('a file in its folder', `${written}, a link that leads out of it`);
    }
    if (size > MOST_EXCEPT_BYTES) {
      return oneProblem(`a file of at most ${MOST_EXCEPT_BYTES} bytes`, `${size} in ${written}`);
    }
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const received = code === 'ENOENT' ? `no file ${written}` : `${code} for ${written}`;
    return oneProblem('a file that can be read', received);
  }
  return readExcept(text, written);
}

/** Reads days, one a line, in any order. What follows a `#` is a comment. */
export function readExcept(text: string, written: string): ReadExcept {
  const days = new Set<CalendarDay>();
  const wrong: ExceptProblem[] = [];
  const lines = text.replace(/^\u{feff}/u, '').split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const item = line.replace(/#.*/, '').trim();
    if (item === '') continue;
    const day = parseCalendarDay(item);
    if (day !== undefined) days.add(day);
    else {
      const shown = JSON.stringify(item.length > 40 ? `${item.slice(0, 40)}…` : item);
      wrong.push({
        expected: 'a day such as 2026-12-25 in each line',
        received: `${shown} in ${written}:${index + 1}`,
      });
    }
  }
  if (wrong.length === 0) return { ok: true, days: [...days].sort(compareDays) };
  const problems = wrong.slice(0, MOST_LISTED);
  const more = wrong.length - problems.length;
  if (more > 0) {
    problems.push({ expected: 'days alone', received: `${more} more wrong lines in ${written}` });
  }
  return { ok: false, problems };
}

function sizeOf(path: string): { readonly size: number; readonly isFile: boolean } {
  const found = statSync(path);
  return { size: found.size, isFile: found.isFile() };
}

function oneProblem(expected: string, received: string): ReadExcept {
  return { ok: false, problems: [{ expected, received }] };
}
