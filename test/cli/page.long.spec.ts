// Runs the commands of docs/cli.md.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { TOP, weather } from '../scratch.js';
import type { CommandExit } from './command.js';
import { shellFor, stepsOf } from './shell.js';

const TASK_ID = /(\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d)_\d+/g;

let page: string;
let daysync: DaysyncProcess;
let shell: (line: string) => Promise<CommandExit>;
beforeAll(async () => {
  page = await readFile(path.join(TOP, 'docs/cli.md'), 'utf8');
  daysync = await startDaysync({ datasets: [weather()] });
  shell = await shellFor(daysync);
});

/** Replaces what differs from run to run: addresses, times, hashes, and the seconds in an id. */
function steady(text: string): string {
  return text
    .replace(/ --url \S+/g, '')
    .replace(TASK_ID, '$1_…')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '(time)')
    .replace(/--plan-hash \w+/g, '--plan-hash …')
    .replace(/version \w{16}/g, 'version …')
    .replace(/\d+ s\b/g, '… s')
    .replace(/ +$/gm, '');
}

describe('docs/cli.md', () => {
  it('has a session whose output is right', async () => {
    const session = /^```console\n(.*?)^```$/ms.exec(page)?.[1] ?? '';
    const steps = stepsOf(session);
    expect(steps.length).toBeGreaterThan(8);
    const ids = new Map<string, string>();
    for (const { line, shown: output } of steps) {
      const shown = output.trimEnd().split('\n');
      const meant = line.replace(TASK_ID, (id, range: string) => ids.get(range) ?? id);
      const { stdout, stderr } = await shell(meant);
      for (const [id, range = ''] of stdout.matchAll(TASK_ID)) ids.set(range, id);
      const got = steady(stdout + stderr).split('\n');
      for (const one of shown)
        expect({ line, got }).toEqual({
          line,
          got: expect.arrayContaining([steady(one)]) as unknown,
        });
    }
  });

  it('has a line for cron that works', async () => {
    const cron = /^```cron\n\S+ \S+ \S+ \S+ \S+ (.*)\n```$/m.exec(page)?.[1] ?? '';
    expect(cron).toContain('cd /opt/daysync && node tools/daysync.mjs sync');
    // As cron runs it on this machine.
    const line = cron
      .replace('cd /opt/daysync && node tools/daysync.mjs', 'npx daysync')
      .replaceAll('/tmp', '.')
      .replaceAll('\\%', '%');
    expect(await shell(line)).toEqual({ code: 0, stdout: '', stderr: '' });
    const log = await readFile(path.join(daysync.folder, 'daysync-cron.log'), 'utf8');
    expect(log).toContain('✓ Sync completed: 0 succeeded, 0 failed, 7 skipped');
    const failing = await shell(line.replace('sync weather', 'sync wether'));
    expect(failing.stdout).toContain('Refused, DATASET_NOT_FOUND');
  });
});
