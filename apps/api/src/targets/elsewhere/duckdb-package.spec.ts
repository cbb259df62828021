import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TOP } from '../../../../../test/scratch.js';
import { DUCKDB_PACKAGE, DuckdbMissingError, loadDuckdb } from './duckdb-package.js';

const { devDependencies } = JSON.parse(
  readFileSync(path.join(TOP, 'package.json'), 'utf8'),
) as Readonly<Record<string, Readonly<Record<string, string>>>>;

describe("DuckDB's package", () => {
  it('is loaded', async () => {
    expect(DUCKDB_PACKAGE.isInstalled()).toBe(true);
    expect((await loadDuckdb()).version()).toMatch(/^v1\./);
  });

  it('is asked for by the command that installs the tested version, where it is missing', async () => {
    // The system's own error of a package that is not there.
    const name = 'not-there';
    const load = (): Promise<never> => import(`@duckdb/${name}`) as Promise<never>;
    const error = await loadDuckdb(load).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DuckdbMissingError);
    const install = `npm install @duckdb/node-api@${devDependencies?.['@duckdb/node-api'] ?? 'no version'}`;
    expect((error as Error).message.split(': ').at(-1)).toBe(install);
  });

  it('is asked for where the part for this system is missing, too', async () => {
    const noPart = Object.assign(new Error("Cannot find module '@duckdb/node-bindings-x'"), {
      code: 'MODULE_NOT_FOUND',
    });
    await expect(loadDuckdb(() => Promise.reject(noPart))).rejects.toBeInstanceOf(
      DuckdbMissingError,
    );
    const broken = new Error('a part that is broken');
    await expect(loadDuckdb(() => Promise.reject(broken))).rejects.toBe(broken);
  });
});
