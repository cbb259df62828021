// A provider may block or end its thread: that costs its day and nothing else.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { IS_LONG } from '../draws.js';
import { ENDLESS_LOOP } from '../endless-loop.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { serverCpuMs } from '../server-cpu.js';
import { rowsByDay } from '../target-table.js';
import { scratchFolder, writeScratch, type DatasetYaml } from '../scratch.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' };
const SECOND = '2025-10-02';

/** The body of `fetchDay` for each dataset, which blocks or ends its thread on the second day. */
const BODIES = {
  loop: `if (day === '${SECOND}') for (;;);`,
  beside: `if (day === '${SECOND}') ${ENDLESS_LOOP} await new Promise((done) => setTimeout(done, 100));`,
  stopped: `if (day === '${SECOND}') ${ENDLESS_LOOP}`,
  exit: `if (day === '${SECOND}') process.exit(7);`,
  thrower: `if (day === '${SECOND}') setTimeout(() => { throw new Error('uncaught'); });
    await new Promise((done) => setTimeout(done, 300));`,
  memory: `if (day === '${SECOND}') { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); }`,
  functions: `yield { value: day, spare: () => 1, extra: { at: new Date(0), n: 1n } };
    if (day === '${SECOND}') yield { value: () => 1 };`,
  sound: '',
  in_process: `globalThis.days ??= []; globalThis.days.push(day);
    if (globalThis.days.length === 2) throw new Error(globalThis.days.join());`,
} as const;
type Name = keyof typeof BODIES;
/** Longer where other days have to come to their end on a busy machine. */
const TIMEOUT_SECONDS: Readonly<Record<string, number>> = { memory: 60, beside: 12 };

let daysync: DaysyncProcess;
beforeAll(async () => {
  const folder = await scratchFolder();
  const datasets = Object.keys(BODIES).map((name): DatasetYaml => {
    const source = { kind: 'provider', module: `./${name}.ts` };
    return {
      name,
      source: name === 'in_process' ? { ...source, thread: false } : source,
      target: { table: name, columns: { value: 'text' } },
      attempts: 1,
      timeout_seconds: TIMEOUT_SECONDS[name] ?? 4,
      concurrency: name === 'beside' ? 3 : 1,
    };
  });
  for (const [name, body] of Object.entries(BODIES)) {
    const text = `export default class { async *fetchDay(day) { ${body} yield { value: day }; } }`;
    await writeScratch(folder, `${name}.ts`, text);
  }
  daysync = await startDaysync({ folder, datasets, env: { MAX_ACTIVE_BATCHES: '9' } });
});

async function firstDayEnded(taskId: string): Promise<void> {
  while ((await daysync.progress(taskId)).finished === 0) await sleep(20);
}

/** A loop that goes on takes one processor. */
async function loopEnded(): Promise<void> {
  for (let used = 500; used > 250;) {
    const before = await serverCpuMs(daysync);
    await sleep(500);
    used = (await serverCpuMs(daysync)) - before;
  }
}

/** Syncs the range, of which the second day fails alone. @returns the code and text of its error */
async function errorOfSecondDay(dataset: Name): Promise<string> {
  const progress = await daysync.sync({ dataset, ...RANGE });
  expect(progress).toMatchObject({ status: 'completed', success: 2, failed: 1 });
  const days = await daysync.days(progress.task_id);
  expect(days.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  expect(Object.keys(await rowsByDay(daysync.database, dataset))).toEqual([
    RANGE.start_date,
    RANGE.end_date,
  ]);
  expect(daysync.isRunning).toBe(true);
  const { code = '', text = '' } = days[1]?.error ?? {};
  return `${code}: ${text}`;
}

describe('a provider', () => {
  it('with an endless loop fails its day at the timeout, while all others go on', async () => {
    const { task_id } = await daysync.startBatch({ dataset: 'loop', ...RANGE });
    await firstDayEnded(task_id);
    expect(await daysync.sync({ dataset: 'sound', ...RANGE })).toMatchObject({ success: 3 });
    expect((await daysync.progress(task_id)).finished_at).toBeNull();
    expect(await daysync.ended(task_id)).toMatchObject({ success: 2, failed: 1 });
    expect((await daysync.days(task_id))[1]?.error?.code).toBe('TIMEOUT');
    await loopEnded();
  });

  it('with an endless loop beside other days fails that day alone', async () => {
    expect(await errorOfSecondDay('beside')).toMatch(/^TIMEOUT: /);
  });

  it.each<[Name, RegExp]>([
    ['exit', /^PROVIDER_CRASHED: .* got the end of its thread with the exit code 7$/],
    ['thrower', /^PROVIDER_CRASHED: .* got uncaught$/],
    // It takes seconds to fill the memory.
    ...(IS_LONG ? [['memory', /^PROVIDER_CRASHED: .* memory/] as [Name, RegExp]] : []),
  ])('that ends its thread by %s fails its day', async (name, error) => {
    expect(await errorOfSecondDay(name)).toMatch(error);
  });

  it('may yield functions where no column needs them', async () => {
    const error = await errorOfSecondDay('functions');
    expect(error).toBe(
      'VALUE_INVALID: row 2, column value: expected well-formed text without a NUL character, got a function',
    );
  });

  it('shares the process where the file says so', async () => {
    expect(await errorOfSecondDay('in_process')).toBe('PROVIDER_FAILED: 2025-10-01,2025-10-02');
  });

  it('with an endless loop does not delay a stop', async () => {
    const { task_id } = await daysync.startBatch({ dataset: 'stopped', ...RANGE });
    await firstDayEnded(task_id);
    const begun = performance.now();
    expect(await daysync.stop()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(15_000);
  });
});
