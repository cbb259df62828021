// The package as `npm pack` makes it, unpacked as an installed package.
import { execFile, spawn } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ended } from '../ended.js';
import { readings, scratchFolder, TOP, writeDatasets, writeScratch } from '../scratch.js';

const run = promisify(execFile);

describe('the package', () => {
  it('has everything that the command line needs, its server included', async () => {
    const folder = await scratchFolder();
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: TOP,
    });
    const [{ filename, files }] = JSON.parse(stdout) as [
      { filename: string; files: readonly { path: string }[] },
    ];
    const stray = files.filter(({ path: name }) =>
      /[.](map|spec[.]|stamp)|^(test|docs)\//.test(name),
    );
    expect(stray).toEqual([]);
    // Its dependencies are those of this repository.
    const modules = path.join(folder, 'node_modules');
    await mkdir(modules);
    await run('tar', ['-xzf', path.join(folder, filename), '-C', modules]);
    await symlink(path.join(TOP, 'node_modules'), path.join(modules, 'package/node_modules'));

    const csv = await writeScratch(
      folder,
      'readings.csv',
      'day,city,degrees\n2012-01-01,Oslo,-3\n',
    );
    await writeDatasets(folder, readings(csv));
    const bin = path.join(modules, 'package/tools/daysync.mjs');
    const synced = await ended(
      spawn(process.execPath, [bin, 'sync', 'readings', '2012-01-01', '2012-01-01', '--local'], {
        cwd: folder,
        env: { PATH: process.env['PATH'] },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    expect(synced).toMatchObject({ code: 0, stderr: '' });
    expect(synced.stdout).toContain('✓ Sync completed: 1 succeeded, 0 failed, 0 skipped');
  });
});
