// Damaged files through the program: FUZZ_FILES sets their number, FUZZ_SEED the first seed. `FUZZ_FILES=1 FUZZ_SEED=…`
// repeats one case. The times and the memory are those of files.timed.spec.ts.
import { expect, it } from 'vitest';
import { anySeed } from '../crash/random.js';
import { draws } from '../draws.js';
import { FileFuzz } from './file-fuzz.js';

const FILES = Number(process.env['FUZZ_FILES'] ?? draws(40, 150));
const SEED = Number(process.env['FUZZ_SEED'] ?? anySeed());

it(`${FILES} damaged files each come to their rows or to an error with a code, seed ${SEED}`, async () => {
  const fuzz = await FileFuzz.start();
  await fuzz.run(Array.from({ length: FILES }, (_, at) => SEED + at));
  expect(fuzz.report.wrong).toEqual([]);
  expect(fuzz.daysync.isRunning).toBe(true);
});
