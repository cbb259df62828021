import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AT, makeEndpoint, progressOf, ScratchOutbox } from './webhook.fixture.js';
import { calendarDay } from '@daysync/progress';
import { writeDayWebhooks, writeWebhooks } from './outbox.js';

let outbox: ScratchOutbox;
beforeAll(async () => {
  outbox = await ScratchOutbox.open();
});
afterAll(() => outbox.close());
beforeEach(() =>
  outbox.reset(
    makeEndpoint({ name: 'all' }),
    makeEndpoint({ name: 'failures', on: ['failed_days', 'failed'] }),
    makeEndpoint({ name: 'weather', datasets: ['weather'] }),
  ),
);

const endpoints = async (): Promise<string[]> =>
  (await outbox.deliveries()).map(({ endpoint }) => endpoint).sort();

describe('a delivery', () => {
  it('is written for each endpoint that asks for it, as the progress is', async () => {
    await outbox.happen('completed');
    expect(await endpoints()).toEqual(['all']);
    const delivery = await outbox.delivery();
    expect(delivery).toMatchObject({
      ...{ event: 'completed', batch_id: progressOf().task_id, dataset: 'readings' },
      ...{ created_at: AT, state: 'pending', attempts: 0, next_attempt_at: null },
    });
    expect(delivery.id).toMatch(/^msg_[0-9a-f-]{36}$/);
    expect(JSON.parse(delivery.payload)).toEqual({
      ...{ type: 'batch.completed', timestamp: AT, data: progressOf() },
    });
  });

  it('has an id of its own at each endpoint', async () => {
    await outbox.happen('failed_days', { dataset: 'weather' });
    expect(await endpoints()).toEqual(['all', 'failures', 'weather']);
    expect(new Set((await outbox.deliveries()).map(({ id }) => id)).size).toBe(3);
  });

  it('is not there where its change was undone', async () => {
    const undone = outbox.database.write('step', async (transaction) => {
      await writeWebhooks(transaction, progressOf());
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await outbox.deliveries()).toEqual([]);
  });

  it('is written for a day, for each endpoint that asks for such an event', async () => {
    const of = { task_id: 'b', dataset: 'readings', day: calendarDay('2025-10-03') };
    const message = { event: 'unusual', ...of, rows: 5, duration_ms: 7, error: null } as const;
    await outbox.reset(
      makeEndpoint({ name: 'all' }),
      makeEndpoint({ name: 'batches', on: ['completed', 'check_failed'] }),
      makeEndpoint({ name: 'days', on: ['unusual'] }),
      makeEndpoint({ name: 'weather', on: ['unusual'], datasets: ['weather'] }),
    );
    await outbox.database.write('step', (transaction) =>
      writeDayWebhooks(transaction, [{ ...message, marks: [{ of: 'rows' }] }], AT),
    );
    expect(await endpoints()).toEqual(['all', 'days']);
    const [delivery] = await outbox.deliveries();
    expect(delivery).toMatchObject({ event: 'unusual', batch_id: 'b', dataset: 'readings' });
    expect(JSON.parse(delivery?.payload ?? '')).toEqual({
      ...{ type: 'day.unusual', timestamp: AT },
      data: { ...of, rows: 5, duration_ms: 7, error: null, marks: [{ of: 'rows' }] },
    });
  });

  it('is written for none where there is no endpoint', async () => {
    await outbox.reset();
    await outbox.happen('failed');
    expect(await outbox.deliveries()).toEqual([]);
  });
});
