// The lists of parts that `npm run release` writes.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { ended } from '../ended.js';
import { TOP } from '../scratch.js';
import { packed } from './packed.js';

const SCHEMAS = path.join(
  TOP,
  'test/packages/node_modules/@cyclonedx/cyclonedx-library/res/schema',
);

const SCHEMA = 'http://cyclonedx.org/schema/';

interface Component {
  readonly 'bom-ref': string;
}
interface Bom {
  readonly metadata: { readonly timestamp: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** The result of a function of tools/sbom.mjs, in a new process. */
async function print(call: string): Promise<string> {
  const script = `import('./tools/sbom.mjs').then(async (all) => process.stdout.write(await all.${call}))`;
  const child = spawn(process.execPath, ['-e', script], { cwd: TOP });
  const { code, stdout, stderr } = await ended(child);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const ajv = new Ajv({ strict: false, validateFormats: false });
beforeAll(async () => {
  for (const name of ['spdx', 'jsf-0.82', 'bom-1.5']) {
    const file = `${name}.SNAPSHOT.schema.json`;
    const schema = JSON.parse(await readFile(path.join(SCHEMAS, file), 'utf8')) as object;
    ajv.addSchema(schema, `${SCHEMA}${file}`);
  }
});

function readBom(text: string): Bom {
  const bom = JSON.parse(text) as Bom;
  ajv.validate(`${SCHEMA}bom-1.5.SNAPSHOT.schema.json`, bom);
  expect(ajv.errors).toBe(null);
  expect(bom.metadata.timestamp).toMatch(/^20\d\d-\d\d-\d\dT/);
  const refs = [bom.metadata.component, ...bom.components].map((one) => one['bom-ref']);
  expect(bom.dependencies.map(({ ref }) => ref).sort()).toEqual(refs.sort());
  expect(
    bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((one) => !refs.includes(one)),
  ).toEqual([]);
  return bom;
}

describe.each([
  ['nest', '@daysync/nest', 'pkg:npm/%40daysync/nest'],
  ['daysync', 'daysync', 'pkg:npm/daysync'],
])('the list of parts of dist/%s', (folder, name, purl) => {
  it('describes the package, what is bundled and what is installed', async () => {
    const text = await print(`packageBom('dist/${folder}')`);
    expect(await print(`packageBom('dist/${folder}')`)).toBe(text);
    const { metadata, components, dependencies } = readBom(text);
    const { built, manifest } = await packed(folder);
    const version = String(manifest['version']);
    expect(metadata.component).toMatchObject({
      name,
      version,
      purl: `${purl}@${version}`,
      licenses: [{ license: { id: 'MIT' } }],
    });
    expect(text).not.toMatch(/trial|daysync-sbom/);
    const refs = components.map((one) => one['bom-ref']);
    const installed = Object.entries(manifest['dependencies'] as object).map(
      ([one, its]) => `${one}@${String(its)}`,
    );
    expect(refs).toEqual(expect.arrayContaining(installed));
    const notices = await readFile(path.join(built, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    const bundled = [...notices.matchAll(/^(\S+) (\d+[.]\d+[.]\S+) \(.+\)$/gm)].map(
      ([, one = '', its = '']) => `${one}@${its}`,
    );
    expect(bundled.length).toBeGreaterThan(30);
    expect(bundled.filter((one) => !refs.includes(one))).toEqual([]);
    const whole = dependencies.find(({ ref }) => ref === `${name}@${version}`);
    expect(whole?.dependsOn).toEqual(expect.arrayContaining([...bundled, ...installed]));
  }, 120_000);
});

it('the list of parts of the repository is named after it', async () => {
  const text = await print('repositoryBom()');
  expect(await print('repositoryBom()')).toBe(text);
  expect(readBom(text).metadata.component).toMatchObject({ name: 'daysync' });
}, 120_000);
