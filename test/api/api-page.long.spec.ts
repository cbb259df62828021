// Compiles the client of docs/api.md with the types that it generates, and runs it against the program.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ended } from '../ended.js';
import { startDaysync } from '../daysync-process.js';
import { scratchFolder, TOP, weather, writeScratch } from '../scratch.js';
import { typeErrorsOf } from '../strict-types.js';

const GENERATOR = path.join(TOP, 'node_modules/openapi-typescript/bin/cli.js');

let folder: string;
let client: string;
beforeAll(async () => {
  folder = await scratchFolder();
  const page = await readFile(path.join(TOP, 'docs/api.md'), 'utf8');
  const block = /^```ts\n(.*?)^```$/ms.exec(page)?.[1] ?? '';
  await writeScratch(folder, 'package.json', '{"type":"module"}');
  client = await writeScratch(folder, 'client.ts', block);
});

describe('the client of docs/api.md', () => {
  it('has types that are generated without a warning and compile strictly', async () => {
    const document = path.join(TOP, 'docs/openapi.json');
    const types = path.join(folder, 'daysync.ts');
    const made = await ended(
      spawn(process.execPath, [GENERATOR, document, '-o', types, '--default-non-nullable=false']),
    );
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).not.toMatch(/warn|⚠/i);
    expect(typeErrorsOf(client, { lib: ['lib.es2024.d.ts'] })).toEqual([]);
  });

  it('runs a batch', async () => {
    const daysync = await startDaysync({ datasets: [weather()] });
    const run = await ended(spawn(process.execPath, [client, daysync.url]));
    expect(run).toEqual({ code: 0, stdout: 'completed: 3 of 3\n', stderr: '' });
  });
});
