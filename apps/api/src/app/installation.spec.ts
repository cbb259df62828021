import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeWithPostgres, startPostgres } from '../../../../test/postgres.js';
import { openOnPostgres } from './installation.js';

describeWithPostgres('an installation on PostgreSQL', () => {
  it('keeps no connection where the queue can’t be opened', async () => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    const open = (): ReturnType<typeof openOnPostgres> =>
      openOnPostgres({ nodeName: 'spec', workerConcurrency: 1 }, url, {});
    await server.execute('create schema pgboss; create table pgboss.version (own text)', url);
    await expect(open()).rejects.toThrow('pgboss.create_queue');
    const held = `select count(*)::int as n from pg_stat_activity where application_name like 'daysync spec%'`;
    // The server takes a moment to see it.
    while ((await server.execute(held, url))[0]?.['n'] !== 0) await sleep(20);
    await server.execute('drop schema pgboss cascade', url);
    await (await open()).close();
  });
});
