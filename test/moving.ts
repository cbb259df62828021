// Runs `npm run migrate:to-postgres`, and makes installations for it.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { startDaysync } from './daysync-process.js';
import { ended } from './ended.js';
import { largeDays, READING_COLUMNS, TOP, type DatasetYaml } from './scratch.js';

const MOVE = path.join(TOP, 'dist/api/libs/migrate-to-postgres/src/main.js');

interface InstallationFiles {
  readonly folder: string;
  readonly datasetsFile: string;
}

/** Starts `npm run migrate:to-postgres` as its launcher does. */
export function launchMove(
  { folder, datasetsFile }: InstallationFiles,
  url: string,
  { args = [], fault = '' }: { args?: readonly string[]; fault?: string } = {},
) {
  const child = spawn(process.execPath, [MOVE, ...args], {
    cwd: TOP,
    env: {
      DATA_DIR: path.join(folder, 'data'),
      DATASETS_FILE: datasetsFile,
      DATABASE_URL: url,
      DAYSYNC_FAULT: fault,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = ended(child).then((result) => ({ ...result, signal: child.signalCode }));
  return { child, ended: exit };
}

export const runMove = (...args: Parameters<typeof launchMove>) => launchMove(...args).ended;

/** A dataset with a column of each type, and an NDJSON file a day. */
export function everyType(folder: string): DatasetYaml {
  const types = ['text', 'integer', 'real', 'decimal', 'boolean', 'date', 'timestamp', 'json'];
  const columns = types.map((type) => [`a_${type}`, { from: type, type, nullable: true }] as const);
  return {
    name: 'every_type',
    source: { kind: 'ndjson', path: path.join(folder, '{day}.ndjson') },
    target: { table: 'every_type', columns: Object.fromEntries(columns) },
  };
}

export const ROWS_OF_EVERY_TYPE = {
  '2025-10-01': [
    `{"text":"a\\tb\\\\N\\r\\n\\"c\\" 汉字 😀","integer":4611686018427387904,"real":0.1,"decimal":12345678901234567890.1234567890123456789000,"boolean":true,"date":"2025-10-03","timestamp":"2025-10-03T08:00:00.120+02:00","json":{"z":[1.10,1e3,"x\\ty\\n",null,true,12345678901234567890],"a":"😀"}}`,
    `{"text":"","integer":-9223372036854775808,"real":-1.7976931348623157e308,"decimal":"7.50","boolean":false,"date":"0001-01-01","timestamp":"0001-01-01T00:00:00Z","json":[]}`,
    `{"text":null,"integer":null,"real":null,"decimal":null,"boolean":null,"date":null,"timestamp":null,"json":null}`,
  ],
  '2025-10-02': [
    `{"text":"\\\\N","integer":9223372036854775807,"real":5e-324,"decimal":"-0.5","boolean":1,"date":"9999-12-31","timestamp":"9999-12-31T23:59:59.999999Z","json":"\\"text\\""}`,
  ],
};

/** A dataset with more rows than one chunk of the move. */
export const LARGE: DatasetYaml = {
  ...largeDays('large', 25_000),
  target: { table: 'large_rows', columns: READING_COLUMNS },
};

/** A small installation, stopped after a batch of each dataset. */
export async function stopped(...datasets: readonly DatasetYaml[]): Promise<InstallationFiles> {
  const daysync = await startDaysync({ datasets });
  for (const { name } of datasets) {
    await daysync.sync({ dataset: name, start_date: '2012-03-01', end_date: '2012-03-02' });
  }
  await daysync.stop();
  return { folder: daysync.folder, datasetsFile: path.join(daysync.folder, 'datasets.yaml') };
}
