// `daysync doctor` beside real faults: each is planted in an installation that is otherwise sound.
import { existsSync } from 'node:fs';
import { mkdir, open, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { afterFile } from '../after-file.js';
import { startDaysync } from '../daysync-process.js';
import { freePort } from '../free-port.js';
import { serveHttp } from '../http-server.js';
import { describeWithPostgres, scratchPostgres } from '../postgres.js';
import { scratchFolder, weather, writeDatasets, type DatasetYaml } from '../scratch.js';
import { SmallDisk } from '../small-disk.js';
import { runCommand, settingsIn, type CommandEnvironment, type CommandExit } from './command.js';

const RANGE = { dataset: 'weather', start_date: '2012-01-01', end_date: '2012-01-02' };
const RUNS_FIRST = '--import=data:text/javascript,';

let folder: string;
let sound: CommandEnvironment;

/** An installation with two synced days, whose server has stopped. */
async function install(): Promise<string> {
  const made = await scratchFolder();
  const daysync = await startDaysync({ folder: made, datasets: [weather()] });
  await daysync.sync(RANGE);
  await daysync.stop();
  return made;
}

async function environmentOf(
  at: string,
  changes: CommandEnvironment = {},
): Promise<CommandEnvironment> {
  return { ...settingsIn(at), PORT: String(await freePort()), ...changes };
}

/** The environment with other datasets. */
async function withDatasets(...datasets: readonly DatasetYaml[]): Promise<CommandEnvironment> {
  return { ...sound, DATASETS_FILE: await writeDatasets(await scratchFolder(), ...datasets) };
}

const http = (url: string): DatasetYaml =>
  weather({ source: { kind: 'http', url, format: 'json' }, throttle: null });

const answering = (text: string): Promise<string> => serveHttp((_, response) => response.end(text));

const doctor = (env: CommandEnvironment): Promise<CommandExit> => runCommand(['doctor'], env);

/** Its lines about what is not in order, each with its fix. */
function complaints({ stdout }: CommandExit): string {
  return stdout
    .split('\n')
    .filter(
      (line, index, lines) =>
        /^[✗!]/.test(line) || (line.startsWith('  Fix') && /^[✗!]/.test(lines[index - 1] ?? '')),
    )
    .join('\n');
}

beforeAll(async () => {
  folder = await install();
  sound = await environmentOf(folder);
});

/** A copy of the installation's database to damage. */
async function copied(damage: (file: string) => Promise<void> | void): Promise<CommandEnvironment> {
  const to = await scratchFolder();
  const file = path.join(to, 'daysync.db');
  const from = new DatabaseSync(path.join(folder, 'data/daysync.db'), { readOnly: true });
  from.prepare('vacuum into ?').run(file);
  from.close();
  await damage(file);
  return { ...sound, DATA_DIR: to };
}

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

interface Fault {
  readonly plant: () => Promise<CommandEnvironment>;
  /** What it says, and how to fix it. */
  readonly says: RegExp;
  readonly fix: RegExp;
  /** 0 for what only is worth a look. @default 1 */
  readonly code?: number;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'an old Node': {
    plant: async () => ({
      ...sound,
      NODE_OPTIONS: `${RUNS_FIRST}Object.defineProperty(process.versions,'node',{value:'20.20.2'})`,
    }),
    says: /✗ node: expected Node 24 or newer, got 20\.20\.2/,
    fix: /nodejs\.org/,
  },
  'too little memory': {
    plant: async () => ({ ...sound, NODE_OPTIONS: '--max-old-space-size=100' }),
    says: /! node: Node may use \d\d\d MB of memory/,
    fix: /--max-old-space-size/,
    code: 0,
  },
  'a wrong setting': {
    plant: async () => ({ ...sound, PORT: 'http', HISTORY_DAYS: '-1' }),
    says: /✗ settings: PORT: expected .*, got "http"[^]*✗ settings: HISTORY_DAYS: expected/,
    fix: /correct or unset HISTORY_DAYS/,
  },
  'a wrong datasets file': {
    plant: async () =>
      withDatasets(weather({ target: { table: 'weather_daily', columns: { date: 'day' } } })),
    says: /✗ datasets: .*datasets\.yaml:\d+:\d+ datasets\[0\]\.target\.columns\.date\.type: expected/,
    fix: /daysync datasets check/,
  },
  'a variable of the datasets file that is not set': {
    plant: () => withDatasets(http('http://127.0.0.1:9/?key=${MISSING_KEY}&day={day}')),
    says: /✗ datasets: .*MISSING_KEY/,
    fix: /correct the file/,
  },
  'a target table that differs from the file': {
    plant: () =>
      withDatasets(weather({ target: { table: 'weather_daily', columns: { wind: 'text' } } })),
    says: /✗ datasets: .*weather_daily.*wind/,
    fix: /weather_daily/,
  },
  'a data folder that is a file': {
    plant: async () => {
      const file = path.join(await scratchFolder(), 'file');
      await writeFile(file, '');
      return { ...sound, DATA_DIR: path.join(file, 'data') };
    },
    says: /✗ folders: the data folder \S+ can't be written \(.*is a file\)/,
    fix: /set DATA_DIR to a place that it can write/,
  },
  'a folder of the log on a file system that only reads': {
    plant: async () => ({ ...sound, LOG_FILE: '/proc/daysync/app.log' }),
    says: /✗ folders: the folder of the log \/proc\/daysync can't be written/,
    fix: /LOG_FILE/,
  },
  'a temporary folder that is gone': {
    plant: async () => ({ ...sound, TMPDIR: '/nowhere/temporary' }),
    says: /✗ folders: the temporary folder \/nowhere\/temporary does not exist/,
    fix: /set TMPDIR to a folder that exists/,
  },
  'a database that another program has locked': {
    plant: () =>
      copied((file) => {
        const database = new DatabaseSync(file);
        database.exec('pragma journal_mode = delete; begin exclusive');
        afterFile(() => database.close());
      }),
    says: /✗ database: \S+daysync\.db can't be read: database is locked/,
    // Its content may be sound.
    fix: /^(?![^]*restore)[^]*if it is busy, ask again later/,
  },
  'a damaged database': {
    plant: () =>
      copied(async (file) => {
        const { size } = await stat(file);
        const handle = await open(file, 'r+');
        await handle.write(Buffer.alloc(size - 8_192, 0xff), 0, undefined, 4_096);
        await handle.close();
      }),
    says: /✗ database: \S+daysync\.db (?:is damaged|can't be read)/,
    fix: /restore the latest backup/,
  },
  'a database of a newer version': {
    plant: () =>
      copied((file) => {
        change(
          file,
          "insert into kysely_migration (name, timestamp) values ('0999_later', '2031')",
        );
      }),
    says: /✗ database: .*a newer version has changed it \(0999_later\)/,
    fix: /Run that version, or restore the backup/,
  },
  'a clock that was set back': {
    plant: () =>
      copied((file) => {
        change(file, "update sync_record set last_tried_at = '2100-01-01T00:00:00.000Z'");
      }),
    says: /✗ clock: this clock shows .*, and the database was last written at 2100-01-01/,
    fix: /timedatectl set-ntp true/,
  },
  'a PostgreSQL that does not answer': {
    plant: async () => ({
      ...sound,
      DATABASE_URL: `postgres://daysync:a-secret-word@127.0.0.1:${await freePort()}/daysync`,
    }),
    says: /✗ database: the database of DATABASE_URL can't be used: .*ECONNREFUSED/,
    fix: /start the server/,
  },
  'a port of another program': {
    plant: async () => ({ ...sound, PORT: new URL(await answering('hello')).port }),
    says: /✗ port: port \d+ of 127\.0\.0\.1 is in use by another program/,
    fix: /set PORT to another one/,
  },
  'a port of another Daysync': {
    plant: async () => {
      const port = await freePort();
      await startDaysync({ datasets: [weather()], port });
      return { ...sound, PORT: String(port) };
    },
    says: /✗ port: port \d+ of 127\.0\.0\.1 is in use by another Daysync/,
    fix: /set PORT to another one, or end that Daysync/,
  },
  'an address of another machine': {
    plant: async () => ({
      ...sound,
      HOST: '192.0.2.1',
      AUTH_TOKENS: `me:operator:${'abcdef0123456789'.repeat(2)}`,
    }),
    says: /✗ port: Daysync can't listen on port \d+ of 192\.0\.2\.1: .*EADDRNOTAVAIL/,
    fix: /set HOST to an address of this machine/,
  },
  'a proxy that Daysync does not use': {
    plant: async () => ({
      ...(await withDatasets(http(`${await answering('[]')}/{day}`))),
      HTTPS_PROXY: 'http://proxy.example:3128',
    }),
    says: /! proxy: HTTPS_PROXY is set, and Daysync does not use it/,
    fix: /firewall/,
    code: 0,
  },
  'a proxy that Daysync does not trust': {
    plant: async () => ({
      ...sound,
      ALLOWED_HOSTS: 'sync.example.com',
      AUTH_TOKENS: `me:operator:${'abcdef0123456789'.repeat(2)}`,
    }),
    says: /! proxy: ALLOWED_HOSTS names sync\.example\.com, and TRUST_PROXY is 0/,
    fix: /set TRUST_PROXY=1/,
    code: 0,
  },
  'an http source that is down': {
    plant: async () => withDatasets(http(`http://127.0.0.1:${await freePort()}/{day}`)),
    says: /✗ sources: the source of weather can't be reached: 127\.0\.0\.1:\d+: .*ECONNREFUSED/,
    fix: /let this machine connect there/,
  },
  'a file of a source that is gone': {
    plant: () =>
      withDatasets(
        weather({ source: { kind: 'csv', path: '/nowhere/a.csv', day_column: 'date' } }),
      ),
    says: /✗ sources: the source of weather can't be reached: ENOENT/,
    fix: /put the file there/,
  },
  'a folder of a target that is gone': {
    plant: () => {
      const { columns } = weather().target;
      return withDatasets(
        weather({ target: { kind: 'parquet', path: '/nowhere/weather', columns } }),
      );
    },
    says: /✗ targets: the target of weather, \S+, can't be used: .*\/nowhere/,
    fix: /docs\/errors\.md#target_/,
  },
};

describe('daysync doctor', () => {
  it('finds nothing wrong with a sound installation, and changes nothing', async () => {
    const { code, stderr, stdout } = await doctor(sound);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/\nNothing is wrong\.\n$/);
    expect(stdout).toMatch(/^✓ database: .* has the tables of this version$/m);
    const elsewhere = path.join(await scratchFolder(), 'new');
    const fresh = await doctor({
      ...sound,
      DATA_DIR: elsewhere,
      LOG_FILE: path.join(elsewhere, 'log'),
    });
    expect(fresh.stdout).toContain('Nothing is wrong.');
    expect(existsSync(elsewhere)).toBe(false);
  });

  it.each(Object.entries(FAULTS))('finds %s, and says what to do', async (_, fault) => {
    const exit = await doctor(await fault.plant());
    expect(complaints(exit)).toMatch(fault.says);
    expect(complaints(exit)).toMatch(fault.fix);
    expect(exit).toMatchObject({ code: fault.code ?? 1, stderr: '' });
    expect(exit.stdout).not.toContain('a-secret-word');
    expect(exit.stdout).toMatch(/\n\d+ problems?, \d+ warnings?\.\n$/);
  });

  it('says that Daysync runs, and that a second one would not start', async () => {
    const port = await freePort();
    const at = await scratchFolder();
    const running = await startDaysync({ folder: at, datasets: [weather()], port });
    const env = await environmentOf(at, { PORT: String(port) });
    const ready = await doctor(env);
    expect(ready).toMatchObject({ code: 0, stderr: '' });
    expect(ready.stdout).toContain(`Daysync runs at http://127.0.0.1:${port}, and is ready`);
    const other = await doctor({ ...env, PORT: String(await freePort()) });
    expect(complaints(other)).toMatch(
      /! port: a second start is refused: the data folder .* is in use by process \d+/,
    );
    await running.stop();
  });

  it('gives its findings as JSON', async () => {
    const { code, stdout } = await runCommand(['doctor', '--json'], { ...sound, PORT: 'http' });
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly object[] };
    expect(findings).toContainEqual({
      check: 'settings',
      state: 'problem',
      text: expect.stringMatching(/^PORT: expected/) as unknown,
      fix: 'correct or unset PORT (docs/configuration.md)',
    });
  });
});

// Needs the right to mount; a spec of the module tests the bound without it.
const disk = SmallDisk.mount();
if (disk !== undefined) {
  it('finds a disk that is full', async () => {
    await mkdir(path.join(disk.folder, 'data'));
    const exit = await doctor({ ...sound, DATA_DIR: path.join(disk.folder, 'data') });
    expect(complaints(exit)).toMatch(/✗ disk: expected at least 100 MB free below \S+, got \d MB/);
    expect(complaints(exit)).toMatch(/Fix: free some space/);
  });
}

describeWithPostgres('daysync doctor with PostgreSQL', () => {
  const makeDatabase = scratchPostgres();
  let url: URL;
  beforeAll(async () => {
    url = new URL(await makeDatabase());
  });
  const withUrl = (edit: (copy: URL) => void): Promise<CommandExit> => {
    const copy = new URL(url);
    edit(copy);
    return doctor({ ...sound, DATABASE_URL: copy.href });
  };

  it('finds nothing wrong with an empty database', async () => {
    const { code, stdout } = await withUrl(() => undefined);
    expect(stdout).toContain('the database of DATABASE_URL gets its tables at the first start');
    expect(stdout).toContain('✓ clock: this clock and that of the database agree');
    expect(code).toBe(0);
  });

  it.each<[string, (copy: URL) => void, RegExp]>([
    [
      'a wrong password, and does not show it',
      (copy) => (copy.password = 'not-the-password'),
      /✗ database: .* password authentication failed[^]*correct the user and the password in DATABASE_URL/,
    ],
    [
      'a database that is not there',
      (copy) => (copy.pathname = '/nothing'),
      /✗ database: .*"nothing" does not exist[^]*createdb/,
    ],
    [
      'a server that only reads',
      (copy) => copy.searchParams.set('options', '-c default_transaction_read_only=on'),
      /✗ database: the server only reads[^]*set DATABASE_URL to the primary server/,
    ],
  ])('finds %s', async (_, edit, complaint) => {
    const exit = await withUrl(edit);
    expect(complaints(exit)).toMatch(complaint);
    expect(exit.stdout).not.toContain('not-the-password');
  });
});
