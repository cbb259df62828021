import { beforeEach, describe, expect, it } from 'vitest';
import { calendarDay, newProgress } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { pino } from 'pino';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import { DatabaseWatch } from './database-watch.js';

const AT = '2025-10-01T08:00:00.000Z';
const FULL = new DatabaseUnavailableError(
  'disk',
  "the database can't be written: its disk is full",
);

describe('DatabaseWatch', () => {
  let registry: ProgressRegistry;
  let logged: string[];
  let giveUp: AbortController;
  let watch: DatabaseWatch;
  beforeEach(() => {
    registry = new ProgressRegistry({
      ttlSeconds: 60,
      maxFinished: 10,
      clock: { now: () => performance.now() },
    });
    for (const batch_id of ['running', 'queued', 'paused']) {
      const day = calendarDay('2025-10-01');
      const range = { start_date: day, end_date: day, total: 1, mode: 'all' } as const;
      registry.register(newProgress({ task_id: batch_id, dataset: 'weather', at: AT, ...range }));
    }
    registry.apply('running', { at: AT, events: [{ type: 'batch_started' }] });
    registry.apply('paused', { at: AT, events: [{ type: 'batch_paused', error: null }] });
    logged = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => logged.push(line) });
    giveUp = new AbortController();
    watch = new DatabaseWatch({ logger, registry }, giveUp.signal);
  });

  const waits = (): unknown[] =>
    ['running', 'queued', 'paused'].map((id) => registry.get(id)?.waiting_for?.kind ?? null);

  it('tries again until it goes well, and has batches that run say so meanwhile', async () => {
    let tries = 0;
    const during: unknown[] = [];
    const done = await watch.whenAvailable(() => {
      tries += 1;
      if (tries > 1) during.push([watch.isAway, waits()]);
      return tries === 1 ? Promise.reject(FULL) : Promise.resolve('done');
    });
    expect([done, tries]).toEqual(['done', 2]);
    expect(during).toEqual([[true, ['disk', 'queue', 'paused']]]);
    expect([watch.isAway, waits()]).toEqual([false, [null, 'queue', 'paused']]);
    // Once when it went, and once when it was there again.
    expect(logged).toHaveLength(2);
  });

  it('goes on saying so while one can write and another can not', () => {
    watch.failed('a commit', FULL);
    watch.failed('the loop', FULL);
    watch.succeeded('the loop');
    expect([watch.isAway, waits()]).toEqual([true, ['disk', 'queue', 'paused']]);
    watch.succeeded('a commit');
    expect([watch.isAway, waits()]).toEqual([false, [null, 'queue', 'paused']]);
    expect(logged).toHaveLength(2);
  });

  it('says nothing of batches for what is no fault of the database', () => {
    watch.failed('the loop', new Error('a bug'));
    expect([watch.isAway, waits()]).toEqual([true, [null, 'queue', 'paused']]);
  });

  it('passes on what else goes wrong, and waits no longer than a stop does', async () => {
    const bug = new Error('a bug');
    await expect(watch.whenAvailable(() => Promise.reject(bug))).rejects.toBe(bug);
    expect(watch.isAway).toBe(false);
    let tries = 0;
    const away = watch.whenAvailable(() => {
      tries += 1;
      return Promise.reject(FULL);
    });
    giveUp.abort();
    await expect(away).rejects.toBe(FULL);
    expect(tries).toBeLessThanOrEqual(2);
  });
});
