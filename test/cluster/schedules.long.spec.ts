import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { change, queryRows } from '../database-queries.js';
import { readExposition } from '../exposition.js';
import { describeWithPostgres } from '../postgres.js';
import { farFromNow, weather } from '../scratch.js';
import { Cluster } from './cluster.js';

const ROUNDS = 3;
const MISSED_MS = 3 * 86_400_000;
/** After one node has started a run, every other node has checked within this time. */
const LOOKED_MS = 1_000;

describeWithPostgres('two API nodes and a worker with one schedule', () => {
  let cluster: Cluster;
  let database: string;
  beforeAll(async () => {
    const datasets = [weather({ schedule: { cron: farFromNow(), lookback_days: 2 } })];
    cluster = await Cluster.start({ api: 2, workers: 1, datasets });
    database = cluster.postgres.url();
  });

  it('start one batch for a run that is due when they all start', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      await cluster.stop();
      const since = new Date(Date.now() - MISSED_MS).toISOString();
      await change(
        database,
        `update dataset_schedule set decided_until = '${since}', covered_until = '${since}'`,
      );
      await Promise.all(cluster.nodes.map((node) => node.start()));
      const started = (): ReturnType<typeof queryRows> =>
        queryRows(database, 'select batch_id, started_by from batch');
      while ((await started()).length < round) await sleep(20);
      await sleep(LOOKED_MS);
      const batches = await started();
      expect(batches.map((batch) => batch['started_by'])).toEqual(
        Array.from({ length: round }, () => 'schedule'),
      );
      let fired = 0;
      for (const { daysync } of cluster.nodes) {
        const { series } = readExposition((await daysync.call('/metrics')).body as string);
        for (const [key, count] of series) {
          if (key.startsWith('daysync_schedule_runs_total')) fired += count;
        }
      }
      expect(fired).toBe(1);
      for (const { batch_id } of batches) {
        await cluster.node('api-1').daysync.ended(String(batch_id));
      }
    }
    expect(cluster.deaths).toEqual([]);
  });
});
