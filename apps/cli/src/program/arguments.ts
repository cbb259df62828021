import { parseCalendarDay, type CalendarDay } from '@daysync/progress';
import { InvalidArgumentError } from 'commander';
import type { CliWords } from '../words.js';

/** Reads what the arguments and options are; what is wrong is said by the parser, beside the name of each. */
export function argumentReaders(words: CliWords) {
  return {
    day: (text: string): CalendarDay => {
      const day = parseCalendarDay(text);
      if (day === undefined) throw new InvalidArgumentError(words.expectedDay(text));
      return day;
    },
    /** An address with a `/` at its end, so that paths go below it. */
    url: (text: string): URL => {
      const url = URL.parse(text.endsWith('/') ? text : `${text}/`);
      const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
      if (
        url === null ||
        !isHttp ||
        url.username !== '' ||
        url.password !== '' ||
        url.search !== ''
      ) {
        throw new InvalidArgumentError(words.expectedUrl(text));
      }
      return url;
    },
    count:
      (least: number, most: number) =>
      (text: string): number => {
        const count = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
        if (count >= least && count <= most) return count;
        throw new InvalidArgumentError(words.expectedCount(least, most, text));
      },
    list: (text: string): readonly string[] => text.split(',').map((one) => one.trim()),
  };
}
