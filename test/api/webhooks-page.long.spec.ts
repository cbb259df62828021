// Runs the code of docs/webhooks.md: its configuration, and both of its receivers.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { blocksIn } from '../docs/pages.js';
import { freePort } from '../free-port.js';
import { WEBHOOK_SECRET } from '../webhook-receiver.js';
import { readings, scratchFolder, TOP, weather, writeScratch } from '../scratch.js';

const OTHER_SECRET = `whsec_${Buffer.alloc(32, 'other').toString('base64')}`;
const RECEIVERS = [
  { language: 'js', file: 'receiver.mjs', program: process.execPath },
  { language: 'python', file: 'receiver.py', program: 'python3' },
] as const;
/** The receivers whose language is installed on this machine. */
const RUNNABLE = RECEIVERS.filter(
  ({ program }) => spawnSync(program, ['--version']).error === undefined,
);

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

let page: string;
beforeAll(async () => {
  page = await readFile(path.join(TOP, 'docs/webhooks.md'), 'utf8');
});

function blockOf(language: string): string {
  const block = blocksIn(page).find((one) => one.language === language);
  if (block === undefined) throw new Error(`expected a block of ${language} in the page, got none`);
  return block.text;
}

/** Runs a receiver of the page until the tests have ended. @returns its address and output */
async function receive(
  { file, language, program }: (typeof RECEIVERS)[number],
  secret: string,
): Promise<{ readonly url: string; readonly printed: () => string }> {
  const code = await writeScratch(await scratchFolder(), file, blockOf(language));
  const port = await freePort();
  const env = { PATH: process.env['PATH'], PORT: String(port), WEBHOOK_SECRET: secret };
  const child = spawn(program, [code], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const url = `http://127.0.0.1:${port}/`;
  for (;;) {
    const answer = await fetch(url, { method: 'POST', body: '{}' }).catch(() => undefined);
    // A receiver refuses what is not signed.
    if (answer?.status === 401) return { url, printed: () => printed };
    await sleep(20);
  }
}

async function states(daysync: DaysyncProcess): Promise<Record<string, unknown>> {
  const { items } = (await daysync.data('webhooks')) as {
    readonly items: readonly { endpoint: string; state: string; last_status: number | null }[];
  };
  return Object.fromEntries(
    items.map(({ endpoint, last_status, state }) => [endpoint, `${state} ${String(last_status)}`]),
  );
}

describe('docs/webhooks.md', () => {
  it('has a valid configuration', async () => {
    const folder = await scratchFolder();
    const datasets = JSON.stringify({ datasets: [weather()] }).slice(1, -1);
    const yaml = `${datasets.replace('"datasets":', 'datasets: ')}\n${blockOf('yaml')}`;
    const datasetsFile = await writeScratch(folder, 'datasets.yaml', yaml);
    const env = { WEBHOOK_SECRET: WEBHOOK_SECRET, WAREHOUSE_PATH: 'hook-5f0c2a34' };
    const daysync = await startDaysync({ folder, datasetsFile, env });
    const shown = (await daysync.data('webhooks')) as { readonly endpoints: unknown };
    expect(shown.endpoints).toMatchObject([
      { name: 'ops', on: ['failed_days', 'failed', 'paused_by_itself', 'unusual'], datasets: null },
      { name: 'warehouse', url: 'http://warehouse.internal:8080/${WAREHOUSE_PATH}' },
    ]);
  });

  it('has a command that generates a valid secret', () => {
    const { stdout } = spawnSync('sh', ['-c', `${blockOf('sh')}\necho $WEBHOOK_SECRET`], {
      env: { PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}` },
      encoding: 'utf8',
    });
    expect(stdout.trim()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  });

  it.each(RUNNABLE)(
    'has a receiver in $language that takes what is signed, and nothing else',
    async (receiver) => {
      const right = await receive(receiver, WEBHOOK_SECRET);
      const wrong = await receive(receiver, OTHER_SECRET);
      const folder = await scratchFolder();
      const csv = await writeScratch(
        folder,
        'readings.csv',
        'day,city,degrees\n2025-10-01,Oslo,9\n',
      );
      const endpoint = { secret: '${WEBHOOK_SECRET}', allow_private: true };
      const daysync = await startDaysync({
        folder,
        datasets: [readings(csv)],
        webhooks: [
          { ...endpoint, name: 'right', url: right.url },
          { ...endpoint, name: 'wrong', url: wrong.url },
        ],
        env: { WEBHOOK_SECRET: WEBHOOK_SECRET },
      });
      const range = { start_date: '2025-10-01', end_date: '2025-10-01' };
      const { task_id } = await daysync.sync(range);
      const all = { right: 'delivered 204', wrong: 'pending 401' };
      while (JSON.stringify(await states(daysync)).includes('null')) await sleep(50);
      expect(await states(daysync)).toEqual(all);
      expect(right.printed()).toBe(`batch.completed ${task_id}: 0 failed\n`);
      expect(wrong.printed()).toBe('');
    },
  );
});
