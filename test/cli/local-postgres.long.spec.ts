// `daysync sync --local` on a PostgreSQL, with other processes.
import path from 'node:path';
import { expect, it } from 'vitest';
import { DayServer } from '../day-server.js';
import { ended } from '../ended.js';
import { describeWithPostgres, scratchPostgres } from '../postgres.js';
import { scratchFolder, writeDatasets } from '../scratch.js';
import { launchCommand, outputMatching } from './command.js';

describeWithPostgres('daysync sync --local with DATABASE_URL', () => {
  const makeDatabase = scratchPostgres();

  it('interrupted, prints that the batch continues', async () => {
    const source = await DayServer.start(() => 'row');
    const folder = await scratchFolder();
    const release = source.pauseDay('2012-01-02');
    const child = launchCommand(['sync', 'served', '2012-01-01', '2012-01-03', '--local'], {
      DATABASE_URL: await makeDatabase(),
      DATA_DIR: path.join(folder, 'data'),
      LOG_FILE: path.join(folder, 'app.log'),
      DATASETS_FILE: await writeDatasets(folder, source.dataset()),
    });
    const end = ended(child);
    await outputMatching(child, /^[12]\/3 .*\n/m);
    child.kill('SIGINT');
    release();
    expect(await end).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(
        /^The batch continues. Watch it: npx daysync watch 2012-01-01_2012-01-03_\d+\n$/,
      ) as unknown,
    });
  });
});
