// Runs the lines of a page of the docs.
import { spawn } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import type { DaysyncProcess } from '../daysync-process.js';
import { ended } from '../ended.js';
import { writeScratch } from '../scratch.js';
import { COMMAND_LINE, settingsIn, type CommandExit } from './command.js';

/** Runs a line in a shell, where `npx` runs the built command line for this server. */
export async function shellFor({
  folder,
  url,
}: DaysyncProcess): Promise<(line: string) => Promise<CommandExit>> {
  const npx = `#!/bin/sh\nshift\nexec ${process.execPath} ${COMMAND_LINE} "$@"\n`;
  await chmod(await writeScratch(folder, 'npx', npx), 0o755);
  const env = {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    TZ: 'UTC',
    DAYSYNC_URL: url,
    ...settingsIn(folder),
  };
  return (line) =>
    ended(spawn('sh', ['-c', line], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** The lines of a block of a page, each with the output that the page shows. */
export function stepsOf(
  block: string,
): readonly { readonly line: string; readonly shown: string }[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [line = '', ...shown] = step.split('\n');
      return { line, shown: shown.join('\n') };
    });
}
