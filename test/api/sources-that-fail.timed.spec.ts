import { expect, it } from 'vitest';
import { DayServer } from '../day-server.js';
import { startDaysync } from '../daysync-process.js';

const DAY = '2025-10-01';
const TIMEOUT_S = 2;
/** In addition to the timeout: three times the duration that was measured on a busy machine. */
const MOST_LATE_MS = 3_000;

it.each(['hang', 'drip'] as const)(
  'a source that answers with %s is abandoned at the timeout',
  async (how) => {
    const server = await DayServer.start(() => how);
    const dataset = server.dataset({ attempts: 1, timeout_seconds: TIMEOUT_S });
    const daysync = await startDaysync({ datasets: [dataset] });
    const { task_id } = await daysync.sync({ start_date: DAY, end_date: DAY });
    const [day] = await daysync.days(task_id);
    expect(day).toMatchObject({ state: 'failed', error: { code: 'TIMEOUT' } });
    expect(Math.abs((day?.duration_ms ?? 0) - 1_000 * TIMEOUT_S)).toBeLessThan(MOST_LATE_MS);
  },
);
