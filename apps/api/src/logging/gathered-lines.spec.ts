import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { GatheredLines } from './gathered-lines.js';

const LONGER_MS = 50;

it('gives lines on together, in their order, and soon', async () => {
  const written: string[] = [];
  const gathered = new GatheredLines({ write: (lines) => written.push(lines) });
  gathered.write('a\n');
  gathered.write('b\n');
  expect(written).toEqual([]);
  await sleep(LONGER_MS);
  gathered.write('c\n');
  await sleep(LONGER_MS);
  expect(written).toEqual(['a\nb\n', 'c\n']);
});

it('gives on at once what it has, to another sink if it should, and no line twice', async () => {
  const written: string[] = [];
  const other: string[] = [];
  const gathered = new GatheredLines({ write: (lines) => written.push(lines) });
  gathered.write('a\n');
  gathered.flush();
  gathered.flush();
  gathered.write('b\n');
  gathered.flush({ write: (lines) => other.push(lines) });
  await sleep(LONGER_MS);
  expect({ written, other }).toEqual({ written: ['a\n'], other: ['b\n'] });
});
