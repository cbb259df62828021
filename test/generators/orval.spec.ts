// Generates a client with orval, compiles it strictly and runs a batch. `npm run test:long` installs orval's packages.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { ended } from '../ended.js';
import { scratchFolder, TOP, weather, writeScratch } from '../scratch.js';
import { typeErrorsOf } from '../strict-types.js';

const ORVAL = path.join(TOP, 'test/generators/node_modules/orval/dist/bin/orval.mjs');

const CLIENT = `
import { getProgress, startBatch } from './daysync.ts';

// The generated client uses relative URLs.
const [, , base] = process.argv;
const send = globalThis.fetch;
globalThis.fetch = (path, init) => send(new URL(String(path), base), init);

const started = await startBatch({ start_date: '2012-01-01', end_date: '2012-01-03' });
if (started.status !== 202) throw new Error(started.data.code);
let progress = started.data.data;
while (progress.finished_at === null) {
  const polled = await getProgress(progress.task_id);
  if (polled.status !== 200) throw new Error(String(polled.status));
  progress = polled.data.data;
}
console.log(progress.status, progress.success);
`;

it('orval generates a client without a warning, which compiles strictly and runs a batch', async () => {
  const folder = await scratchFolder();
  const document = path.join(TOP, 'docs/openapi.json');
  const output = path.join(folder, 'daysync.ts');
  await writeScratch(folder, 'package.json', '{"type":"module"}');
  const client = await writeScratch(folder, 'client.ts', CLIENT);
  const made = await ended(
    spawn(process.execPath, [ORVAL, '--input', document, '--output', output, '--client', 'fetch']),
  );
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).not.toMatch(/warn|⚠/i);
  // orval generates code for the browser and for TypeScript's `strict`.
  const strict = {
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    exactOptionalPropertyTypes: false,
    noPropertyAccessFromIndexSignature: false,
  };
  expect(typeErrorsOf(client, strict)).toEqual([]);

  const daysync = await startDaysync({ datasets: [weather()] });
  const run = await ended(spawn(process.execPath, [client, daysync.url]));
  expect(run).toEqual({ code: 0, stdout: 'completed 3\n', stderr: '' });
});
