import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { refusedApp } from '../daysync-app.js';
import { runDaysync } from '../daysync-process.js';
import { scratchFolder, weather, writeScratch } from '../scratch.js';

/** The exit code of a wrong configuration: `EX_CONFIG` of sysexits.h. */
const EX_CONFIG = 78;

/** The output of errors must not contain internals. */
function expectNoStackTrace(text: string): void {
  expect(text).not.toMatch(/^\s+at /m);
}

describe('a datasets file that is wrong', () => {
  it('is reported with every error, by path, and ends with 78', async () => {
    const folder = await scratchFolder();
    const file = await writeScratch(
      folder,
      'datasets.yaml',
      `datasets:
  - name: One
    source: { kind: csv, path: a.csv }
    target: { table: t, columns: { a: text, b: number, sync_day: date } }
    colour: blue
  - name: two
    source: { kind: fax }
    target: { table: batch, columns: {} }
    concurrency: 0
    time_zone: Atlantis/Capital
`,
    );
    const { code, stdout, stderr } = await runDaysync({ folder, datasetsFile: file });
    expect({ code, stdout, stderr }).toMatchObject({ code: EX_CONFIG });
    for (const place of [
      'datasets[0].name',
      'datasets[0].source.day_column',
      'datasets[0].target.columns.b',
      'datasets[0].target.columns.sync_day',
      'datasets[0].colour',
      'datasets[1].source.kind',
      'datasets[1].target.table',
      'datasets[1].concurrency',
      'datasets[1].time_zone',
    ]) {
      expect(stderr).toContain(place);
    }
    expectNoStackTrace(stderr);
  });

  it('that does not exist: 78, with its name', async () => {
    const { code, stderr } = await refusedApp({ datasetsFile: '/nowhere/datasets.yaml' });
    expect(code).toBe(EX_CONFIG);
    expect(stderr).toContain('/nowhere/datasets.yaml');
    expectNoStackTrace(stderr);
  });
});

describe('an environment that is wrong', () => {
  it('is reported with every error, by name, and ends with 78', async () => {
    const { code, stderr } = await runDaysync({
      datasets: [weather()],
      env: { PORT: '80000', LOG_LEVEL: 'loud', MAX_RANGE_DAYS: '-1', HOST: '0.0.0.0' },
    });
    expect(code).toBe(EX_CONFIG);
    for (const name of ['PORT', 'LOG_LEVEL', 'MAX_RANGE_DAYS', 'HOST']) {
      expect(stderr).toContain(name);
    }
    expect(stderr).toContain('80000');
    expectNoStackTrace(stderr);
  });
});

describe('a port', () => {
  it('in use: one line, and no success', async () => {
    const first = createServer().listen(0, '127.0.0.1');
    await once(first, 'listening');
    const { port } = first.address() as AddressInfo;
    const { code, stderr } = await runDaysync({ datasets: [weather()], port });
    first.close();
    expect(code).toBeGreaterThan(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`${port}`);
  });
});
