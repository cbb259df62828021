import { describe, expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { birdstrikes, weather } from '../scratch.js';
import { openBrowser } from './browser.js';
import { loadConsole } from './first-load.js';

const MOST_BYTES = 200_000;
/** Each costs half a kilobyte and, where a script imports the next one, a round trip. */
const MOST_REQUESTS = 20;

describe('the first load of the console', () => {
  it('asks no other host, and stays within 200 kB over the wire in few requests', async () => {
    const daysync = await startDaysync({ datasets: [weather(), birdstrikes()] });
    const { bytes, faults, sizes } = await loadConsole(await openBrowser(), daysync);
    const elsewhere = sizes.filter(([, url]) => !url.startsWith(`${daysync.url}/`));
    expect(elsewhere.filter(([, url]) => !url.startsWith('data:'))).toEqual([]);
    expect(sizes.length).toBeGreaterThan(2);
    expect({ bytes, sizes, fits: bytes > 0 && bytes <= MOST_BYTES }).toMatchObject({ fits: true });
    expect(sizes.length).toBeLessThanOrEqual(MOST_REQUESTS);
    expect(faults).toEqual([]);
  });
});
