import type { CalendarDay } from '@daysync/progress';
import { fillDayTemplate } from '../sources/file/day-template.js';
import type { SourceConfig } from './file/dataset.js';

/** Where the rows of a day come from, as the datasets file says it: a file, an address, a query's database, a module. */
export function describeRowSource(source: SourceConfig, day: CalendarDay): string {
  switch (source.kind) {
    case 'csv':
    case 'json':
    case 'ndjson':
    case 'parquet':
      return 'dayColumn' in source ? source.writtenPath : fillDayTemplate(source.writtenPath, day);
    case 'http':
      return `${source.method} ${fillDayTemplate(source.written.url, day)}`;
    case 'provider':
      return source.writtenModule;
    case 'sql':
      return source.writtenUrl;
  }
}
