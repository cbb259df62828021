// A process that dies in the midst of a write leaves the old day or the new one.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { calendarDay } from '@daysync/progress';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder, TOP } from '../../../../../test/scratch.js';
import type { StoredValue } from '../column-types.js';
import { TargetUnavailableError } from '../day-target.js';
import { targetColumn } from './day-target-values.fixture.js';
import { DuckdbTarget } from './duckdb-target.js';

const D1 = calendarDay('2025-10-01');
const D2 = calendarDay('2025-10-02');
const SIGNAL = new AbortController().signal;
const KILLS = 20;
const DAY_ROWS = 20_000;
const COLUMNS = [targetColumn('token', 'integer', false), targetColumn('note', 'text')];

/** Writes a day again and again, each time with the token as the value of all its rows. */
const PROGRAM = `
  import { DuckdbTarget } from './duckdb-target.ts';
  const [path, first] = process.argv.slice(2);
  const target = new DuckdbTarget({
    path, writtenPath: path, table: 'weather', columns: ${JSON.stringify(COLUMNS)},
  });
  const key = await target.readKey();
  const { signal } = new AbortController();
  for (let token = Number(first); ; token += 1) {
    const rows = Array.from({ length: ${DAY_ROWS} }, (_, n) => [token, \`row \${n} of \${token}\`]);
    console.log(\`begins \${token}\`);
    await target.replaceDay({ day: '${D1}', rows, token, key }, signal);
    console.log(\`has written \${token}\`);
  }`;

describe('a process that dies in the midst of a write', () => {
  let program: string;
  beforeAll(async () => {
    program = path.join(await scratchFolder(), 'writer.mjs');
    await build({
      stdin: { contents: PROGRAM, resolveDir: import.meta.dirname, loader: 'ts' },
      ...{ bundle: true, platform: 'node', format: 'esm', outfile: program },
      alias: { '@daysync/progress': path.join(TOP, 'libs/progress/src/index.ts') },
      banner: {
        js: `import { createRequire as requireOf } from 'node:module'; const require = requireOf(${JSON.stringify(import.meta.url)});`,
      },
      plugins: [
        {
          name: 'packages of the project',
          setup: ({ onResolve }) => {
            // Its program lies in another folder.
            onResolve({ filter: /^@duckdb\/node-api$/ }, () => ({
              path: import.meta.resolve('@duckdb/node-api'),
              external: true,
            }));
          },
        },
      ],
    });
  });

  it('leaves the old day or the new one, and its token says which', async () => {
    const file = path.join(await scratchFolder(), 'weather.duckdb');
    const open = (): DuckdbTarget =>
      new DuckdbTarget({ path: file, writtenPath: file, table: 'weather', columns: COLUMNS });
    const target = open();
    const { key } = await target.prepare();
    if (key === null) throw new TypeError('expected a key, got null');
    await target.replaceDay({ day: D2, rows: [[0, 'stays']], token: 1, key }, SIGNAL);
    await target.close();
    let last = 0;
    let midst = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const writer = new Writer(program, file, last + 1);
      // The first writes of a process take longer.
      await writer.hasWritten(last + 1);
      const locked = open();
      await expect(locked.fence(D1, 1)).rejects.toMatchObject({ code: 'TARGET_LOCKED' });
      await expect(locked.hasRows(D1)).rejects.toBeInstanceOf(TargetUnavailableError);
      await locked.close();
      // At any point of a write: its delete, its rows, its commit.
      await sleep(kill * 13);
      const { begun, written } = await writer.kill();
      const reader = open();
      const values = new Map<StoredValue, number>();
      await reader.read(
        D1,
        (rows) => {
          for (const [value = null] of rows) values.set(value, (values.get(value) ?? 0) + 1);
          return Promise.resolve();
        },
        SIGNAL,
      );
      const token = await reader.fence(D1, begun + 1);
      // A write is in before its process can say so.
      expect([written, begun]).toContain(token);
      expect([...values]).toEqual([[token, DAY_ROWS]]);
      expect(await reader.readPage(D2, { offset: 0, limit: 2 })).toEqual({
        ...{ total: 1, rows: [[0, 'stays']] },
      });
      expect(await reader.readKey()).toBe(key);
      await reader.close();
      if (begun > written) midst += 1;
      last = begun + 1;
    }
    expect(midst).toBeGreaterThan(KILLS / 2);
  });
});

/** A process that writes a day with one token after another. */
class Writer {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private begun = 0;
  private written = 0;

  constructor(program: string, file: string, first: number) {
    this.child = spawn(process.execPath, [program, file, String(first)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { stdout } = this.child;
    if (stdout === null) throw new TypeError('expected an output, got none');
    this.lines = createInterface(stdout)[Symbol.asyncIterator]();
  }

  async hasWritten(token: number): Promise<void> {
    while (this.written < token && (await this.takeLine()));
    expect(this.written).toBe(token);
  }

  /** @returns the tokens of the latest writes that it had begun and that had ended */
  async kill(): Promise<{ readonly begun: number; readonly written: number }> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
    while (await this.takeLine());
    const { begun, written } = this;
    return { begun, written };
  }

  /** @returns false at the end */
  private async takeLine(): Promise<boolean> {
    const { value, done = false } = (await this.lines.next()) as IteratorResult<string, undefined>;
    const [, what, token] = /^(begins|has written) (\d+)$/.exec(value ?? '') ?? [];
    if (what === 'begins') this.begun = Number(token);
    else if (what !== undefined) this.written = Number(token);
    return !done;
  }
}
