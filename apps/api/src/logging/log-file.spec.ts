import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../test/scratch.js';
import { LogFile, type LogRetention, LineBuffer } from './log-file.js';

const SMALL: LogRetention = { fileBytes: 1_000, keptBytes: 5_000, keptFiles: 90 };
const LINE = `${'x'.repeat(99)}\n`;
/** A file that is being put away is waited for, on the busiest machine too. */
const MOST_MS = 150_000;
const TWO_DAYS_S = 2 * 86_400;

let folder: string;
let now: number;
let broken: Error[];
beforeEach(async () => {
  folder = await scratchFolder();
  now = 0;
  broken = [];
});

function open(retention?: LogRetention, file = path.join(folder, 'app.log')): LogFile {
  return new LogFile(file, { monotonic: () => now }, (error) => broken.push(error), retention);
}

/** Writes so many lines of 100 bytes, as fast as they can be put away. */
async function fill(log: LogFile, lines: number): Promise<void> {
  for (let line = 0; line < lines; line++) {
    log.write(LINE);
    if (line % 10 === 9) await sleep(5);
  }
}

function putAway(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('-app.log'));
}

function bytes(): number {
  return [...putAway(), 'app.log']
    .map((name) => statSync(path.join(folder, name)).size)
    .reduce((sum, size) => sum + size, 0);
}

describe('the file of the log', () => {
  it('keeps its name, and what was put away stays below its bound, also over restarts', async () => {
    for (let start = 0; start < 3; start++) {
      const log = open(SMALL);
      await fill(log, 150);
      await log.close(MOST_MS);
      expect(putAway().length).toBeGreaterThan(1);
      expect(bytes()).toBeLessThanOrEqual(SMALL.keptBytes + SMALL.fileBytes);
    }
    expect(existsSync(path.join(folder, 'app.log'))).toBe(true);
  });

  it('knows what was put away by a process that was killed before it could list it', async () => {
    for (let index = 10; index < 99; index++) {
      writeFileSync(path.join(folder, `20120101-0000-${index}-app.log`), LINE.repeat(10));
    }
    writeFileSync(path.join(folder, '20120101-notes-app.log'), 'not ours');
    const log = open(SMALL);
    await fill(log, 30);
    await log.close(MOST_MS);
    expect(putAway()).toContain('20120101-notes-app.log');
    expect(bytes()).toBeLessThanOrEqual(SMALL.keptBytes + SMALL.fileBytes + 'not ours'.length);
  });

  it('begins anew with the day, though the program was down when it ended', async () => {
    const file = path.join(folder, 'app.log');
    writeFileSync(file, 'the day before yesterday\n');
    const then = statSync(file).mtimeMs / 1_000 - TWO_DAYS_S;
    utimesSync(file, then, then);
    const log = open();
    log.write('today\n');
    await log.close(MOST_MS);
    expect(readFileSync(file, 'utf8')).toBe('today\n');
    const [old = ''] = putAway();
    expect(readFileSync(path.join(folder, old), 'utf8')).toBe('the day before yesterday\n');
  });

  it('is for its owner and group, with what was put away and the list of it, also one of before', async () => {
    const file = path.join(folder, 'app.log');
    writeFileSync(file, LINE);
    chmodSync(file, 0o666);
    for (let start = 0; start < 2; start += 1) {
      const log = open(SMALL);
      await fill(log, 20);
      await log.close(MOST_MS);
    }
    open(undefined, path.join(folder, 'now.log')).writeNow(LINE);
    const modes = readdirSync(folder).map((name) => statSync(path.join(folder, name)).mode & 0o777);
    expect(modes.length).toBeGreaterThanOrEqual(4);
    // The umask may take more.
    expect(modes.filter((mode) => (mode & ~0o640) !== 0)).toEqual([]);
  });

  it('goes on with what it was', async () => {
    for (const line of ['one\n', 'two\n']) {
      const log = open();
      log.write(line);
      await log.close(MOST_MS);
    }
    expect(readFileSync(path.join(folder, 'app.log'), 'utf8')).toBe('one\ntwo\n');
  });

  it('has what was written at once, and no complaint where that can not be', async () => {
    const log = open();
    log.writeNow('now\n');
    expect(readFileSync(path.join(folder, 'app.log'), 'utf8')).toBe('now\n');
    await log.close(MOST_MS);
    const nowhere = open(undefined, path.join(folder, 'app.log', 'app.log'));
    expect(() => nowhere.writeNow('lost\n')).not.toThrow();
    while (broken.length === 0) await sleep(5);
  });

  it('that can not be written is reported, left alone for a while, and tried again', async () => {
    const below = path.join(folder, 'below');
    writeFileSync(below, 'a file where the folder should be');
    const log = open(undefined, path.join(below, 'app.log'));
    log.write('lost\n');
    while (broken.length === 0) await sleep(5);
    rmSync(below);
    log.write('lost as well\n');
    now += 1_000;
    log.write('written\n');
    await log.close(MOST_MS);
    expect(readFileSync(path.join(below, 'app.log'), 'utf8').trim()).toBe('written');
    expect(broken).toHaveLength(1);
  });
});

const LONGER_MS = 50;

it('a line buffer writes lines together, in their order, and soon', async () => {
  const written: string[] = [];
  const buffer = new LineBuffer({ write: (lines) => written.push(lines) });
  buffer.write('a\n');
  buffer.write('b\n');
  expect(written).toEqual([]);
  await sleep(LONGER_MS);
  buffer.write('c\n');
  await sleep(LONGER_MS);
  expect(written).toEqual(['a\nb\n', 'c\n']);
});

it('a line buffer flushes at once, to another sink if asked, and no line twice', async () => {
  const written: string[] = [];
  const other: string[] = [];
  const buffer = new LineBuffer({ write: (lines) => written.push(lines) });
  buffer.write('a\n');
  buffer.flush();
  buffer.flush();
  buffer.write('b\n');
  buffer.flush({ write: (lines) => other.push(lines) });
  await sleep(LONGER_MS);
  expect({ written, other }).toEqual({ written: ['a\n'], other: ['b\n'] });
});
