import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { TOP } from '../scratch.js';
import { NEW_USER } from './new-user.js';

/** The folder of `@daysync/progress` that `npm run build:packages` has built. */
export const BUILT = path.join(TOP, 'dist/progress');
/** The folder of the built `@daysync/client`. */
export const BUILT_CLIENT = path.join(TOP, 'dist/client');

/** A packed package: its file, and the names of the files in it. */
export interface Packed {
  readonly file: string;
  readonly names: readonly string[];
}

/** Packs a built package into a folder. */
export async function pack(built: string, folder: string): Promise<Packed> {
  const args = ['pack', '--json', '--pack-destination', folder];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: built, env: NEW_USER });
  const answer = JSON.parse(stdout) as unknown;
  // An object by name since npm 11.19, a list before.
  const [packed] = Object.values(answer as Readonly<Record<string, unknown>>) as readonly {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  if (packed === undefined) throw new Error(`expected the packed files from npm, got ${stdout}`);
  return {
    file: path.join(folder, path.basename(packed.filename)),
    names: packed.files.map((entry) => entry.path).sort(),
  };
}
