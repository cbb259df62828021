// Datasets whose sources run outside of the process that reads them: a package has to bring the programs for that.
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { writeScratch, type DatasetYaml } from '../scratch.js';

/** The second of these days fails in `numbers`, with the code `NO_NUMBERS`. */
export const TWO_DAYS = { start_date: '2025-01-01', end_date: '2025-01-02' };

const NUMBERS = `import { ProviderError, type DayProvider, type ProviderRow } from 'daysync/source';
export default class Numbers implements DayProvider {
  async *fetchDay(day: string): AsyncIterable<ProviderRow> {
    if (day === '${TWO_DAYS.end_date}') throw new ProviderError('lasting', 'NO_NUMBERS', 'none');
    yield { n: 1 };
  }
}
`;

/**
 * Writes what the datasets read.
 * @returns `numbers`, a provider in TypeScript that a thread runs, and `copies`, of a SQLite file that a process reads
 */
export async function writeOtherProcesses(folder: string): Promise<readonly DatasetYaml[]> {
  await writeScratch(folder, 'numbers.ts', NUMBERS);
  const file = new DatabaseSync(path.join(folder, 'days.db'));
  file.exec(`create table days (day text); insert into days values ('${TWO_DAYS.start_date}')`);
  file.close();
  return [
    {
      name: 'numbers',
      source: { kind: 'provider', module: './numbers.ts' },
      target: { table: 'numbers', columns: { n: 'integer' } },
    },
    {
      name: 'copies',
      source: {
        kind: 'sql',
        url: 'sqlite:days.db',
        query: 'select count(*) as n from days where day = :day',
      },
      target: { table: 'copies', columns: { n: 'integer' } },
    },
  ];
}
