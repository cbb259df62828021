// What `npm test -- --changed` runs for a change.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TOP } from '../scratch.js';

interface Reach {
  readonly everything: boolean;
  readonly groups: readonly string[];
  readonly units: readonly string[];
  readonly program: readonly string[];
  readonly console: readonly string[];
  readonly needsConsole: boolean;
}

/** Reached by every change of TypeScript. */
const NAMES = 'test/lint/unique-names.spec.ts';

/** Imported at run time, because the launcher is not TypeScript. */
const { reachOf } = (await import(pathToFileURL(path.join(TOP, 'tools/changed.mjs')).href)) as {
  reachOf(files: readonly string[]): Reach;
};

describe('a change', () => {
  it('of a kind of source reaches its specs and those of the program that have its name', () => {
    const reach = reachOf(['apps/api/src/sources/http/http-paging.ts']);
    expect(reach).toMatchObject({ everything: false, groups: [], console: [] });
    expect(reach.units).toContain('apps/api/src/sources/http/http-pages.spec.ts');
    expect(reach.units).not.toContain('apps/api/src/batches/plan.spec.ts');
    expect(reach.program).toContain('test/api/http-source.spec.ts');
  });

  it('of the core reaches what imports it, and the tests that kill processes', () => {
    const reach = reachOf(['apps/api/src/batches/transition.ts']);
    expect(reach.units).toContain('apps/api/src/batches/transition.spec.ts');
    expect(reach.groups).toEqual(['api', 'cli', 'crash', 'cluster']);
  });

  it('of a page of the console reaches its spec alone', () => {
    const reach = reachOf(['apps/web/src/app/calendar/calendar-page.ts']);
    expect(reach).toMatchObject({ groups: [], units: [NAMES], program: [], needsConsole: false });
    expect(reach.console).toContain('apps/web/src/app/calendar/calendar-page.spec.ts');
    expect(reach.console.length).toBeLessThan(10);
  });

  it('of a page of the docs reaches the tests of the docs', () => {
    const reach = reachOf(['docs/api.md']);
    expect(reach).toMatchObject({ groups: [], program: [], console: [] });
    expect(reach.units).toContain('test/docs/pages.spec.ts');
    expect(reach.units.length).toBeLessThan(20);
  });

  it('of a folder whose name is in no spec of the program reaches all of them', () => {
    const reach = reachOf(['apps/api/src/sources/parquet/parquet-rows.ts']);
    expect(reach).toMatchObject({ groups: ['api'], program: [] });
  });

  it('of what all kinds of sources share reaches all of the program', () => {
    expect(reachOf(['apps/api/src/sources/formats/read-format.ts']).groups).toContain('api');
  });

  it('of a page that no spec compiles builds the console', () => {
    const page = 'apps/web/src/app/app.ts';
    expect(reachOf([page])).toMatchObject({ units: [NAMES], console: [], needsConsole: true });
  });

  it.each([
    ['docs/errors.md', 'apps/api/src/app/error-catalogue.spec.ts'],
    ['docs/datasets.schema.json', 'apps/api/src/datasets/file/dataset-schema.spec.ts'],
    [
      'apps/api/src/sources/http/http-config.ts',
      'apps/api/src/datasets/file/dataset-schema.spec.ts',
    ],
    [
      'apps/api/src/targets/elsewhere/postgres-target.ts',
      'apps/api/src/runner/left-writes.spec.ts',
    ],
  ])('of %s reaches %s, which does not import it', (file, spec) => {
    expect(reachOf([file]).units).toContain(spec);
  });

  it('of the container file reaches the spec that reads it', () => {
    expect(reachOf(['Containerfile']).program).toEqual(['test/api/container-file.spec.ts']);
  });

  it('of the styles of the console reaches all of its specs', () => {
    expect(reachOf(['apps/web/src/styles.scss']).groups).toEqual(['web']);
  });

  it('of a spec reaches that spec', () => {
    const spec = 'apps/api/src/batches/plan.spec.ts';
    expect(reachOf([spec])).toMatchObject({ groups: [], units: [spec, NAMES], program: [] });
  });

  it.each([
    'package-lock.json',
    'tools/build.mjs',
    'vitest.config.mjs',
    'test/daysync.ts',
    'data/weather.csv',
  ])('of %s reaches everything', (file) => {
    expect(reachOf([file, 'docs/api.md'])).toEqual({ everything: true });
  });
});
