import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'csv-parse/sync';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';

let daysync: DaysyncApp;
beforeAll(async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(
    folder,
    'readings.csv',
    'day,city,degrees\n2012-01-01,Oslo,1\n2012-01-02,"奥斯陆\r\n",x\n2012-01-03,Oslo,3\n',
  );
  daysync = await startApp({ folder, datasets: [readings(csv), weather()] });
  await daysync.sync({ start_date: '2012-01-01', end_date: '2012-01-03' });
  await daysync.sync({ start_date: '2012-01-01', end_date: '2012-12-31', dataset: 'weather' });
});

async function exported(query: string): Promise<Record<string, string>[]> {
  const response = await fetch(`${daysync.url}/api/v1/sync-status/records/export?${query}`);
  // `text()` removes the byte order mark.
  const bytes = Buffer.from(await response.arrayBuffer());
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  return parse(bytes, { columns: true, bom: true });
}

describe('the export of records', () => {
  it('is a file for spreadsheets', async () => {
    const { status, headers, body } = await daysync.api('records/export?dataset=readings&sort=day');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe('attachment; filename="records-readings.csv"');
    expect(body).toMatch(/^dataset,day,status,.*\r\nreadings,2012-01-01,success,,1,1,\d+,,,,,/);
  });

  it('has every record that matches the filter', async () => {
    expect(await exported('')).toHaveLength(3 + 366);
    expect(await exported('dataset=weather&start_date=2012-12-01')).toHaveLength(31);
    expect(await exported('status=failed')).toMatchObject([
      {
        dataset: 'readings',
        day: '2012-01-02',
        status: 'failed',
        rows: '',
        attempts: '1',
        error_code: 'VALUE_INVALID',
        error_row: '2',
        error_column: 'degrees',
      },
    ]);
  });

  it('has the requested order, by default the newest day first', async () => {
    const days = (await exported('dataset=readings')).map(({ day }) => day);
    expect(days).toEqual(['2012-01-03', '2012-01-02', '2012-01-01']);
  });

  it('answers a HEAD with the same headers', async () => {
    const answer = await daysync.api('records/export', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="records.csv"');
  });

  it.each(['status=odd', 'sort=error_text', 'page=1', 'start_date=2012-02-30'])(
    'is refused with %s',
    async (query) => {
      expect(await daysync.api(`records/export?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED' },
      });
    },
  );
});
