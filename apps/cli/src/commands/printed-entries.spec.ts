import { expect, it } from 'vitest';
import type { LogEntry } from '../api/wire.js';
import { PrintedEntries } from './printed-entries.js';

function entry(second: number, kind: LogEntry['kind'], day: string | null = null): LogEntry {
  const at = `2026-11-28T10:00:0${second}.000Z`;
  const nothing = { code: null, text: null, until: null, by: null, rows: null };
  return { at, day, kind, attempt: day === null ? null : 1, ...nothing };
}

const CREATED = entry(0, 'created');
const STARTED = entry(1, 'started');
const FAILED = entry(2, 'failed_attempt', '2012-03-01');
const WAITING = entry(2, 'waiting', '2012-03-01');
const SUCCEEDED = entry(3, 'succeeded', '2012-03-01');
const ENDED = entry(4, 'ended');

it('are printed once, though a day that changes comes with all of its entries', () => {
  const printed = new PrintedEntries({ items: [CREATED, STARTED, FAILED], truncated: false });
  expect(printed.new([CREATED, STARTED, FAILED, WAITING])).toEqual([WAITING]);
  expect(printed.new([FAILED, WAITING, SUCCEEDED])).toEqual([SUCCEEDED]);
  expect(printed.new([CREATED, STARTED, ENDED])).toEqual([ENDED]);
});

it('do not come back as new where the first ones were cut', () => {
  const printed = new PrintedEntries({ items: [WAITING], truncated: true });
  expect(printed.new([CREATED, STARTED, FAILED, WAITING, SUCCEEDED])).toEqual([SUCCEEDED]);
  expect(printed.new([CREATED, STARTED, ENDED])).toEqual([ENDED]);
});

it('are new at the instant of the oldest one that was printed, too', () => {
  const other = entry(2, 'started', '2012-03-02');
  const printed = new PrintedEntries({ items: [WAITING], truncated: true });
  expect(printed.new([other])).toEqual([other]);
});
