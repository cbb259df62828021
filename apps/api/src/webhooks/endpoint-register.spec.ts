import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { AT, makeEndpoint, ScratchOutbox } from './webhook.fixture.js';

const scratch = migratedDatabases();

describe.each(DIALECTS)('the endpoints in %s', (dialect) => {
  let outbox: ScratchOutbox;
  beforeAll(async () => {
    outbox = await ScratchOutbox.open(await scratch(dialect));
  });
  afterAll(() => outbox.close());

  const known = () =>
    outbox.database.read.selectFrom('webhook_endpoint').selectAll().orderBy('name').execute();

  it('are those of the start before it, changed and left out as the file has them', async () => {
    const ops = makeEndpoint({ on: ['failed'], datasets: ['weather'] });
    await outbox.register([ops, makeEndpoint({ name: 'chat' })]);
    expect(await known()).toMatchObject([
      { name: 'chat', datasets: null },
      { name: 'ops', events: '["failed"]', datasets: '["weather"]', gone_at: null },
    ]);
    await outbox.register([{ ...ops, on: ['cancelled'] }]);
    expect(await known()).toMatchObject([{ name: 'ops', events: '["cancelled"]' }]);
    await outbox.register([]);
    expect(await known()).toEqual([]);
  });

  it('stay gone as long as their address is the same', async () => {
    await outbox.register([makeEndpoint()]);
    await outbox.write((db) => db.updateTable('webhook_endpoint').set({ gone_at: AT }).execute());
    await outbox.register([makeEndpoint({ on: ['failed'] })]);
    expect(await known()).toMatchObject([{ gone_at: AT }]);
    await outbox.register([makeEndpoint({ url: 'http://127.0.0.1:9/other' })]);
    expect(await known()).toMatchObject([{ gone_at: null }]);
  });
});
