import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { mkdir, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { SourceError } from '../day-source.js';
import { openInside } from './open-inside.js';

let top: string;
let folder: string;
beforeEach(async () => {
  top = await realpath(await scratchFolder());
  folder = join(top, 'in');
  await mkdir(join(folder, 'a'), { recursive: true });
  await mkdir(join(top, 'out'));
  await writeFile(join(folder, 'a/rows.csv'), 'n\n1\n');
  await writeFile(join(top, 'out/rows.csv'), 'secret');
});

/** The whole text of a file, or the code of the error. */
async function textOf(path: string, realFolder = folder): Promise<string> {
  try {
    const place = { path: join(folder, path), realFolder, writtenPath: path };
    const { handle } = await openInside(place);
    await using opened = handle;
    return await opened.readFile('utf8');
  } catch (error) {
    if (error instanceof SourceError) return error.code;
    return String((error as NodeJS.ErrnoException).code);
  }
}

describe('a file of a source', () => {
  it('is opened through links that stay in its folder, and through no other', async () => {
    await symlink('a/rows.csv', join(folder, 'inside.csv'));
    await symlink('../out/rows.csv', join(folder, 'outside.csv'));
    await symlink('../out', join(folder, 'folder'));
    await symlink('/proc/self/environ', join(folder, 'environment'));
    expect(await textOf('inside.csv')).toBe('n\n1\n');
    for (const path of ['outside.csv', 'folder/rows.csv', 'environment', '../out/rows.csv']) {
      expect(await textOf(path)).toBe('SOURCE_BLOCKED');
    }
  });

  it('is not that of another folder that takes the place of its own meanwhile', async () => {
    await symlink('../out', join(folder, 'link'));
    let isOutside = false;
    const swap = (): void => {
      const [from, to] = isOutside ? ['link', 'hidden'] : ['hidden', 'link'];
      renameSync(join(folder, 'a'), join(folder, from));
      renameSync(join(folder, to), join(folder, 'a'));
      isOutside = !isOutside;
    };
    const found = new Map<string, number>();
    for (let time = 0; time < 600; time += 1) {
      const opened = textOf('a/rows.csv');
      // At another step of the opening each time.
      for (let step = 0; step <= time % 12; step += 1) await readdir(top);
      swap();
      const text = await opened;
      found.set(text, (found.get(text) ?? 0) + 1);
    }
    expect(found.has('secret')).toBe(false);
    expect(found.get('n\n1\n')).toBeGreaterThan(50);
    expect(found.get('SOURCE_BLOCKED')).toBeGreaterThan(50);
  });

  it('is no folder, pipe or socket, and none of them is waited for', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const server = createServer();
    await new Promise<void>((ready) => server.listen(join(folder, 'socket'), ready));
    for (const path of ['a', 'pipe', 'socket']) {
      expect(await textOf(path)).toBe('SOURCE_UNREADABLE');
    }
    // What lies outside is not even opened: a device may act on that.
    await symlink(join(folder, 'socket'), join(folder, 'a/socket'));
    expect(await textOf('a/socket', join(folder, 'a'))).toBe('SOURCE_BLOCKED');
    await new Promise((closed) => server.close(closed));
  });
});
