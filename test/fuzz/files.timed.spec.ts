// The long form of files.spec.ts, with times and memory.
import { expect, it } from 'vitest';
import { anySeed } from '../crash/random.js';
import { besideFloor, expectAtMost, MOST_HELD } from '../machine-speed.js';
import { residentMb } from '../resident.js';
import { FileFuzz } from './file-fuzz.js';

const FILES = Number(process.env['FUZZ_FILES'] ?? 10_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? anySeed());
const FILES_AT_A_TIME = 500;
const HOUR_MS = 3_600_000;

it(
  `${FILES} damaged files hold no poll, and memory stays bounded, seed ${SEED}`,
  async () => {
    const fuzz = await FileFuzz.start();
    let peakMb = 0;
    for (let first = 0; first < FILES; first += FILES_AT_A_TIME) {
      const count = Math.min(FILES_AT_A_TIME, FILES - first);
      const seeds = Array.from({ length: count }, (_, at) => SEED + first + at);
      const [slowest, floor] = await besideFloor(() => fuzz.run(seeds));
      peakMb = await residentMb(fuzz.daysync, 'VmHWM');
      const report = { files: first + count, SEED, peakMb, ...fuzz.report, slowest, floor };
      process.stdout.write(`${JSON.stringify(report)}\n`);
      expectAtMost(MOST_HELD, slowest.heldMs, floor.cpuMs, 'the slowest poll');
    }
    expect(fuzz.report.wrong).toEqual([]);
    expect(fuzz.daysync.isRunning).toBe(true);
    expect(peakMb).toBeLessThanOrEqual(350);
  },
  HOUR_MS,
);
