import { beforeEach, describe, expect, it } from 'vitest';
import { ReadAhead } from './read-ahead.js';

const FILE_BYTES = 300_000;

let file: Buffer;
let reads: { readonly position: number; readonly length: number }[];
let broken: Error | undefined;
let now: number;
let slices: ReadAhead;
beforeEach(() => {
  file = Buffer.from(Array.from({ length: FILE_BYTES }, (_, at) => at % 251));
  reads = [];
  broken = undefined;
  now = 0;
  slices = new ReadAhead(
    async (buffer, position) => {
      reads.push({ position, length: buffer.length });
      await Promise.resolve();
      if (broken !== undefined) throw broken;
      return file.copy(buffer, 0, position);
    },
    { monotonic: () => now },
  );
});

/** Reads a slice, which has to be that of the file. */
async function expectSlice(position: number, length: number): Promise<void> {
  const slice = Buffer.alloc(length);
  expect(await slices.readInto(slice, position)).toBe(true);
  expect(slice.equals(file.subarray(position, position + length))).toBe(true);
}

/** Positions of slices of 100 bytes that lie side by side, the last one first if that is how they are read. */
const SIDE_BY_SIDE = Array.from({ length: FILE_BYTES / 100 }, (_, at) => at * 100);

describe('slices of a file', () => {
  it.each([
    ['in their order', SIDE_BY_SIDE],
    ['backwards', SIDE_BY_SIDE.toReversed()],
    ['of two places by turns', SIDE_BY_SIDE.map((at) => (at % 200) * (FILE_BYTES / 400) + at / 2)],
  ])('that are read one after another %s take few reads', async (_, positions) => {
    for (const position of positions) await expectSlice(position, 100);
    expect(reads.length).toBeLessThan(25);
  });

  it('are read again after many other files were read', async () => {
    await expectSlice(0, 100);
    await expectSlice(0, 100);
    expect(reads.length).toBe(1);
    for (let other = 0; other < 63; other += 1) {
      await new ReadAhead((buffer) => Promise.resolve(buffer.length)).readInto(Buffer.alloc(9), 0);
    }
    await expectSlice(0, 100);
    expect(reads.length).toBe(1);
    for (let other = 0; other < 64; other += 1) {
      await new ReadAhead((buffer) => Promise.resolve(buffer.length)).readInto(Buffer.alloc(9), 0);
    }
    await expectSlice(0, 100);
    expect(reads.length).toBe(2);
  });

  it('that lie far apart are read alone', async () => {
    for (const position of [200_000, 0, 100_000, 50_000]) await expectSlice(position, 100);
    expect(reads.map(({ length }) => length)).toEqual([100, 100, 100, 100]);
  });

  it('that are asked for at once share a read', async () => {
    await expectSlice(0, 100);
    await Promise.all([100, 200, 300, 400].map((position) => expectSlice(position, 100)));
    expect(reads).toHaveLength(2);
  });

  it('are read themselves where they are large', async () => {
    await expectSlice(0, 100);
    await expectSlice(100, 100_000);
    expect(reads.at(-1)).toEqual({ position: 100, length: 100_000 });
  });

  it('may be cut off by the end of the file, which is said of those alone', async () => {
    await expectSlice(FILE_BYTES - 200, 100);
    await expectSlice(FILE_BYTES - 100, 100);
    expect(await slices.readInto(Buffer.alloc(101), FILE_BYTES - 100)).toBe(false);
    expect(await slices.readInto(Buffer.alloc(1), FILE_BYTES)).toBe(false);
  });

  it('are read anew after a while', async () => {
    await expectSlice(0, 100);
    await expectSlice(100, 100);
    file = Buffer.alloc(FILE_BYTES, 7);
    now = 99;
    const old = Buffer.alloc(100);
    await slices.readInto(old, 200);
    expect(old[0]).not.toBe(7);
    now = 100;
    await expectSlice(200, 100);
  });

  it('are read again after a failed read, which rejects for each of its readers', async () => {
    await expectSlice(0, 100);
    broken = new Error('EIO');
    const failing = [100, 200].map((position) => slices.readInto(Buffer.alloc(100), position));
    for (const reading of failing) await expect(reading).rejects.toBe(broken);
    broken = undefined;
    await expectSlice(100, 100);
  });
});
