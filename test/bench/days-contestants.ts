// The contestants that run days without work, each in its own process. They measure days a second, from the start of a
// batch to its last day.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { addDays, calendarDay } from '@daysync/progress';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { providerSource } from '../scratch.js';
import { startPlaces } from './durable-servers.js';
import { startProgram, type BenchProgram } from './programs.js';

/** Days before the first measurement of each contestant, not measured. */
const WARM_UP_DAYS = 1_000;
const POLL_MS = 5;

/** Runs a number of days. @returns days a second */
export type RunDays = (days: number) => Promise<number>;

/** Daysync with an empty source. */
export class EmptyDays {
  /** Each batch has new days, because its peers replace nothing either. */
  private nextDay = calendarDay('1900-01-01');

  private constructor(private readonly daysync: DaysyncProcess) {}

  static async start(folder: string): Promise<EmptyDays> {
    const daysync = await startDaysync({
      folder,
      datasets: [
        {
          name: 'empty',
          // The handlers of the queues run in their process, too.
          source: { ...providerSource('large-day', { rows: 0, editions: 1 }), thread: false },
          target: { table: 'empty', columns: { value: 'text' } },
        },
      ],
    });
    const days = new EmptyDays(daysync);
    await days.run(WARM_UP_DAYS);
    return days;
  }

  /** Runs a batch. @returns the milliseconds of its days, and with its start */
  async run(days: number): Promise<{ readonly ms: number; readonly withStartMs: number }> {
    const first = this.nextDay;
    this.nextDay = addDays(first, days);
    const begun = Date.now();
    const ended = await this.daysync.sync({
      start_date: first,
      end_date: addDays(first, days - 1),
    });
    expect(ended).toMatchObject({ status: 'completed', skipped: days });
    const finished = Date.parse(ended.finished_at ?? '');
    return { ms: finished - Date.parse(ended.started_at ?? ''), withStartMs: finished - begun };
  }
}

/** The dictionary of the note, polled like the others. */
export async function prepareDict(): Promise<RunDays> {
  const { firstLine: address } = await startProgram('peers/progress-dict.ts');
  const data = async (answer: Response): Promise<Readonly<Record<string, unknown>>> => {
    const body = (await answer.json()) as { data: Readonly<Record<string, unknown>> };
    return body.data;
  };
  const run: RunDays = async (days) => {
    const init = { method: 'POST', body: JSON.stringify({ total: days }) };
    const { task_id } = await data(await fetch(address, init));
    for (;;) {
      const { took_ms, skipped } = await data(await fetch(`${address}/${String(task_id)}`));
      if (typeof took_ms === 'number') {
        expect(skipped).toBe(days);
        return (days * 1_000) / took_ms;
      }
      await sleep(POLL_MS);
    }
  };
  await run(WARM_UP_DAYS);
  return run;
}

/** Other queues with a job a day, as durable as Daysync, and the names of those that are not installed. */
export async function prepareQueues(): Promise<{
  readonly queues: ReadonlyMap<string, RunDays>;
  readonly missing: readonly string[];
}> {
  const { places, missing } = await startPlaces();
  const queues = new Map<string, RunDays>();
  for (const { name, kind, place } of places) queues.set(name, await prepareQueue(kind, place));
  return { queues, missing };
}

async function prepareQueue(kind: string, place: string | number): Promise<RunDays> {
  const program = await startProgram('peers/day-queue.ts', kind, place, 'days');
  const run: RunDays = async (days) => (days * 1_000) / (await msOf(program, days));
  await run(WARM_UP_DAYS);
  return run;
}

async function msOf({ child }: BenchProgram, days: number): Promise<number> {
  child.stdin.write(`add ${days}\n`);
  const [line] = (await once(child.stdout, 'data')) as [string];
  return Number(line);
}
