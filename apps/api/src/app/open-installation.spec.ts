import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeWithPostgres, startPostgres } from '../../../../test/postgres.js';
import { openPostgres } from './open-installation.js';

describeWithPostgres('an installation on PostgreSQL', () => {
  it('leaves no connection open when the queue can’t be opened', async () => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    const open = (): ReturnType<typeof openPostgres> =>
      openPostgres({ nodeName: 'spec', workerConcurrency: 1 }, url, {});
    await server.execute('create schema pgboss; create table pgboss.version (own text)', url);
    await expect(open()).rejects.toThrow('pgboss.create_queue');
    const connections = `select count(*)::int as n from pg_stat_activity where application_name like 'daysync spec%'`;
    // The server needs a moment to end them.
    while ((await server.execute(connections, url))[0]?.['n'] !== 0) await sleep(20);
    await server.execute('drop schema pgboss cascade', url);
    await (await open()).close();
  });
});
