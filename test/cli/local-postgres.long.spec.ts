// `daysync sync --local` on a PostgreSQL, with other processes.
import { expect, it } from 'vitest';
import { DayServer } from '../day-server.js';
import { ended } from '../ended.js';
import { describeWithPostgres, scratchPostgres } from '../postgres.js';
import { scratchFolder, writeDatasets } from '../scratch.js';
import { launchCommand, outputMatching, settingsIn } from './command.js';

describeWithPostgres('daysync sync --local with DATABASE_URL', () => {
  const makeDatabase = scratchPostgres();

  it('interrupted, prints that the batch continues', async () => {
    const source = await DayServer.start(() => 'row');
    const folder = await scratchFolder();
    const release = source.pauseDay('2012-01-02');
    await writeDatasets(folder, source.dataset());
    const child = launchCommand(['sync', 'served', '2012-01-01', '2012-01-03', '--local'], {
      ...settingsIn(folder),
      DATABASE_URL: await makeDatabase(),
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
