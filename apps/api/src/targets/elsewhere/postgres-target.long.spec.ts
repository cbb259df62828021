import { Client } from 'pg';
import { describeWithPostgres, scratchPostgres } from '../../../../../test/postgres.js';
import { quote } from '../target-dialect.js';
import { testDayTarget } from './day-target-contract.fixture.js';
import { PostgresTarget } from './postgres-target.js';

const TABLE = 'it\'s "odd"';
const make = scratchPostgres();

async function execute(
  url: string,
  statement: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

describeWithPostgres('PostgreSQL', () => {
  testDayTarget('a table', async (columns) => {
    const url = await make();
    const opened: PostgresTarget[] = [];
    const open = (its = columns): PostgresTarget => {
      const target = new PostgresTarget({
        url,
        writtenUrl: '${TARGET}',
        table: TABLE,
        columns: its,
      });
      opened.push(target);
      return target;
    };
    return {
      target: open(),
      reopen: (its) => Promise.resolve(open(its)),
      dropPlace: async () => {
        await execute(url, `drop table ${quote(TABLE)}`);
      },
      close: async () => {
        for (const target of opened) await target.close();
      },
    };
  });
});
