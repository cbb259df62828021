import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AT, D1, D2, ScratchSync } from './sync.fixture.js';

let sync: ScratchSync;
beforeEach(async () => {
  sync = await ScratchSync.open();
});
afterEach(() => sync.close());

describe('BatchRecovery', () => {
  it('gives back the days that were in flight, and counts that as a change', async () => {
    const { task_id } = await sync.start(D1, D2);
    await sync.step(task_id);
    const { rev } = await sync.batch(task_id);
    expect(await sync.recovery.recover(AT)).toMatchObject([
      { task_id, status: 'running', running: 0, rev: rev + 1 },
    ]);
    const [day] = await sync.store.days(task_id);
    expect(day).toMatchObject({ state: 'pending', token: null, rev: rev + 1 });
  });
});
