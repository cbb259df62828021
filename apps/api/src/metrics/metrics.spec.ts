import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from './metrics.js';

const DOCS = path.resolve(import.meta.dirname, '../../../../docs/metrics.md');

let metrics: Metrics;
beforeEach(() => {
  metrics = new Metrics(['weather']);
});

describe('Metrics', () => {
  it('matches docs/metrics.md, metric by metric', () => {
    const said = [...readFileSync(DOCS, 'utf8').matchAll(/^\| `(daysync_\w+)`.*\|$/gm)].map(
      ([line]) => line.split('|').map((cell) => cell.trim()),
    );
    const known = metrics.registry.getMetricsAsArray();
    const expected = known.map((metric) => {
      const { name, help, type, labelNames } = metric as unknown as MetricFields;
      const labels = labelNames.map((label) => `\`${label}\``).join(', ');
      return ['', `\`${name}\``, type ?? '', labels, help, ''];
    });
    expect(said).toEqual(expected);
  });

  it('begins at 0, so that the first failure is an increase', async () => {
    const { text } = await metrics.expose();
    expect(text).toContain('daysync_day_attempts_total{dataset="weather",result="failed"} 0\n');
    expect(text).toContain('daysync_batches_ended_total{dataset="weather",state="failed"} 0\n');
  });

  it('begins those of datasets that a reload brings at 0, and keeps the values of the others', async () => {
    metrics.rows.inc({ dataset: 'weather' }, 7);
    metrics.begin(['weather', 'orders']);
    const { text } = await metrics.expose();
    expect(text).toContain('daysync_rows_total{dataset="weather"} 7\n');
    expect(text).toContain('daysync_rows_total{dataset="orders"} 0\n');
  });

  it('has a bound on the reasons that sources make up', () => {
    const reasons = Array.from({ length: 500 }, (_, n) => metrics.boundedReason(`CODE_${n}`));
    expect(new Set(reasons).size).toBe(101);
    expect(reasons.at(-1)).toBe('OTHER');
    // Our own are bounded by themselves, and come through whatever sources do.
    expect(metrics.boundedReason('SOURCE_FILE_CHANGED')).toBe('SOURCE_FILE_CHANGED');
    expect(metrics.boundedReason('already_synced')).toBe('already_synced');
    expect(metrics.boundedReason('CODE_7')).toBe('CODE_7');
    expect(metrics.boundedReason(null)).toBe('');
  });

  it('has gauges set at each scrape', async () => {
    let open = 0;
    metrics.addReader(() => {
      metrics.watchers.set((open += 1));
    });
    await metrics.expose();
    expect((await metrics.expose()).text).toContain('daysync_watchers 2\n');
  });
});

interface MetricFields {
  readonly name: string;
  readonly help: string;
  /** Prometheus' word for it. */
  readonly type?: string;
  readonly labelNames: readonly string[];
}
