import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../test/scratch.js';
import { preparePrivateFolder } from './private-files.js';

let folder: string;
let data: string;
beforeEach(async () => {
  folder = await scratchFolder();
  data = path.join(folder, 'a', 'data');
});

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

/** Makes the folder, open to others as a shell would. */
function makeOpen(...files: readonly string[]): void {
  mkdirSync(data, { recursive: true });
  chmodSync(data, 0o755);
  for (const name of files) {
    writeFileSync(path.join(data, name), '');
    chmodSync(path.join(data, name), 0o644);
  }
}

describe('the data folder', () => {
  it('is made for its owner only', () => {
    expect(preparePrivateFolder(data)).toBeNull();
    expect(modeOf(data)).toBe('700');
  });

  it('is closed if it is empty, or has files of Daysync alone, which are closed too', () => {
    makeOpen();
    expect([preparePrivateFolder(data), modeOf(data)]).toEqual([null, '700']);
    const files = [
      'daysync.db',
      'daysync.db-wal',
      'daysync.db-before-0003',
      'lock',
      'lock.json',
      'running',
    ];
    makeOpen(...files);
    expect([preparePrivateFolder(data), modeOf(data)]).toEqual([null, '700']);
    expect(files.map((name) => modeOf(path.join(data, name)))).toEqual(files.map(() => '600'));
  });

  it('stays as it is if it has files of others, and a warning says so; only our files are closed', () => {
    makeOpen('daysync.db', 'photos.zip');
    expect(preparePrivateFolder(data)).toMatch(/has mode 755, .*chmod 700/);
    expect(
      [data, path.join(data, 'photos.zip'), path.join(data, 'daysync.db')].map(modeOf),
    ).toEqual(['755', '644', '600']);
    chmodSync(data, 0o700);
    expect(preparePrivateFolder(data)).toBeNull();
  });
});
