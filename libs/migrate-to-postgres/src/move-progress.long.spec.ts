import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type MoveEvent, showMove } from './move-progress.js';

class FakeOutput extends Writable {
  text = '';
  readonly columns = 200;
  constructor(readonly isTTY: boolean) {
    super();
  }
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
  cursorTo(): void {
    // Only a terminal has one.
  }
}

const EVENTS: readonly MoveEvent[] = [
  { type: 'begun', rows: 1_500, copied: 400 },
  { type: 'table_begun', step: 'copy', table: 'readings', rows: 1_500, done: 400 },
  { type: 'rows_done', rows: 1_100 },
  { type: 'table_done', step: 'copy', table: 'readings' },
  { type: 'table_begun', step: 'verify', table: 'readings', rows: 1_500, done: 0 },
  { type: 'rows_done', rows: 1_000 },
  { type: 'rows_done', rows: 500 },
  { type: 'table_done', step: 'verify', table: 'readings' },
];

describe('the progress of a move', () => {
  it('is one line per table without a terminal', () => {
    const shown = new FakeOutput(false);
    const { end, report } = showMove(shown);
    report({ type: 'begun_anew' });
    for (const event of EVENTS) report(event);
    end();
    expect(shown.text.split('\n')).toEqual([
      expect.stringContaining('the move begins anew'),
      '400 of 1,500 rows are copied already',
      'copied readings: 1,500 rows',
      'verified readings: 1,500 rows',
      '',
    ]);
  });

  it('is one bar over all rows on a terminal, with the table, its rows and the time left', () => {
    const shown = new FakeOutput(true);
    const { end, report } = showMove(shown);
    for (const event of EVENTS.slice(0, 2)) report(event);
    end();
    const first = shown.text;
    expect(first).toMatch(/ 13% \| copying readings +\| 400 of 1,500 rows \| \S+ left/);
    const later = new FakeOutput(true);
    const other = showMove(later);
    for (const event of EVENTS) other.report(event);
    other.end();
    expect(later.text).toMatch(/ 100% \| verifying readings +\| 1,500 of 1,500 rows \| 0s left/);
  });
});
