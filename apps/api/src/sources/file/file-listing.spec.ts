import { chmod, link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { listFiles, type ListingLimits } from './file-listing.js';

const signal = new AbortController().signal;
let top: string;
let folder: string;
beforeEach(async () => {
  top = await scratchFolder();
  folder = join(top, 'in');
  await write('top.csv', 'a/1.csv', 'a/2.csv.gz', 'a/b/c/3.csv', '.hidden.csv', '.h/4.csv');
});

async function write(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), 'x');
  }
}

async function list(
  patterns: string | readonly string[],
  limits: Partial<ListingLimits> = {},
): Promise<readonly string[]> {
  const place = { folder, patterns: [patterns].flat(), writtenPath: 'in/**/*.csv' };
  return (await listFiles(place, signal, limits)).map(({ name }) => name);
}

it.each([
  ['*.csv', ['top.csv']],
  ['*/*.csv', ['a/1.csv']],
  ['**/*.csv', ['a/1.csv', 'a/b/c/3.csv', 'top.csv']],
  ['a/**', ['a/1.csv', 'a/2.csv.gz', 'a/b/c/3.csv']],
  ['a/1.csv', ['a/1.csv']],
  ['**/c/*', ['a/b/c/3.csv']],
  ['**/b/**/*.csv', ['a/b/c/3.csv']],
  ['.h/*', ['.h/4.csv']],
  ['none/*.csv', []],
  ['top.csv/*', []],
  ['a', []],
])('%s', async (pattern, names) => {
  expect(await list(pattern)).toEqual(names);
});

it('lists a file once, whatever fits it: two patterns, a link, a second name', async () => {
  await symlink('1.csv', join(folder, 'a/z.csv'));
  await link(join(folder, 'a/1.csv'), join(folder, 'a/0.csv'));
  expect(await list(['a/*.csv', '**/1.csv'])).toEqual(['a/0.csv']);
});

it('follows links to folders only where a pattern names them, and so in no circle', async () => {
  await symlink('.', join(folder, 'a/circle'));
  await symlink('b', join(folder, 'a/other'));
  expect(await list('**/*.csv')).toEqual(['a/1.csv', 'a/b/c/3.csv', 'top.csv']);
  expect(await list('a/other/**')).toEqual(['a/other/c/3.csv']);
});

it('distinguishes a folder without files from one that may not be read', async () => {
  await write('locked/1.csv');
  await chmod(join(folder, 'locked'), 0);
  const listing = list('locked/*');
  // Root may read everything.
  if (process.getuid?.() === 0) expect(await listing).toEqual(['locked/1.csv']);
  else await expect(listing).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
  await chmod(join(folder, 'locked'), 0o700);
});

it('is bounded by files, entries and time, and ends with its signal', async () => {
  const tooMany = { kind: 'source_wide', code: 'SOURCE_TOO_MANY_FILES' };
  await expect(list('**/*.csv', { files: 2 })).rejects.toMatchObject({
    ...tooMany,
    message: 'in/**/*.csv: expected at most 2 files, got more: name the folders more precisely',
  });
  await expect(list('**/none', { entries: 3 })).rejects.toMatchObject(tooMany);
  await expect(list('**/none', { ms: -1 })).rejects.toMatchObject(tooMany);
  const reason = new Error('stop');
  const aborted = listFiles(
    { folder, patterns: ['**'], writtenPath: '' },
    AbortSignal.abort(reason),
  );
  await expect(aborted).rejects.toBe(reason);
});
