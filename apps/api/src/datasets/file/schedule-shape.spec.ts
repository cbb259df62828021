import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDatasets } from './dataset-file.js';

const PAGE = new URL('../../../../../docs/schedules.md', import.meta.url);

describe('a schedule in the datasets file', () => {
  it('is read as docs/schedules.md writes it', () => {
    const [, text = ''] = /```yaml\n(datasets:[^]*?)```/.exec(readFileSync(PAGE, 'utf8')) ?? [];
    const result = readDatasets(text, { folder: '/srv', env: {} });
    expect(result.ok && result.datasets.map(({ schedule }) => schedule)).toEqual([
      {
        cron: '30 6 * * *',
        timeZone: 'Asia/Shanghai',
        lookbackDays: 3,
        mode: 'missing_and_failed',
        recheckDays: [7, 30],
      },
    ]);
  });
});
