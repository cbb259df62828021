import { rm } from 'node:fs/promises';
import path from 'node:path';
import { scratchFolder } from '../../../../../test/scratch.js';
import { testDayTarget } from './day-target-contract.fixture.js';
import { ParquetTarget } from './parquet-target.js';

testDayTarget('a folder of Parquet files', async (columns) => {
  const folder = path.join(await scratchFolder(), 'orders');
  const open = (its = columns): ParquetTarget =>
    new ParquetTarget({ path: folder, writtenPath: 'orders', columns: its });
  return {
    target: open(),
    reopen: (its) => Promise.resolve(open(its)),
    dropPlace: () => rm(folder, { recursive: true }),
    close: () => Promise.resolve(),
  };
});
