// What the packages and the repository consist of, in CycloneDX. A second call gives the same text.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundledIn } from './bundled.mjs';
import { runStep } from './child.mjs';
import { npm } from './install.mjs';
import { inProject } from './project.mjs';

/**
 * Lists what npm installs with a built package, and what is bundled into it.
 * @param {string} folder such as `dist/nest`
 * @returns the text of the list
 */
export async function packageBom(folder) {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'daysync-sbom-'));
  try {
    fs.copyFileSync(inProject(folder, 'package.json'), path.join(place, 'package.json'));
    await npm(place, 'install', '--package-lock-only', '--ignore-scripts');
    const bom = addBundled(await npmBom(place), bundledIn(folder), await npmBom(inProject()));
    // npm has read a lock file alone, but what is bundled comes from a build.
    return textOf({ ...bom, metadata: { ...bom.metadata, lifecycles: [{ phase: 'build' }] } });
  } finally {
    fs.rmSync(place, { recursive: true, force: true });
  }
}

/** Lists everything that the packages are built from. @returns the text of the list */
export async function repositoryBom() {
  return textOf(await npmBom(inProject()));
}

/**
 * npm's list of a folder with a lock file, without what differs between machines and calls: its number, the time of the
 * call, the name of the folder, and the addresses that npm has loaded the packages from.
 */
async function npmBom(folder) {
  const text = await npm(folder, 'sbom', '--sbom-format=cyclonedx', '--package-lock-only');
  const bom = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  const { name } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const { metadata, components } = bom;
  return {
    ...bom,
    serialNumber: undefined,
    metadata: {
      ...metadata,
      timestamp: await commitTime(),
      component: { ...metadata.component, name },
    },
    components: components.map((component) => ({
      ...component,
      externalReferences: component.externalReferences.filter(
        ({ type }) => type !== 'distribution',
      ),
    })),
  };
}

/** The time of the commit; undefined in a copy of the project without its history. */
async function commitTime() {
  try {
    const { code, output } = await runStep('git', ['log', '-1', '--format=%cI'], { quiet: true });
    return code === 0 ? output.trim() : undefined;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined; // a machine without Git
  }
}

/** Adds bundled packages, which are parts of the package itself, from the list of the repository. */
function addBundled(bom, bundled, repository) {
  const installed = bom.components.map((component) => component['bom-ref']);
  const parts = bundled.map(({ name, version }) => `${name}@${version}`);
  const added = parts.filter((ref) => !installed.includes(ref));
  const all = new Set([...installed, ...added]);
  const [root, ...dependencies] = bom.dependencies;
  return {
    ...bom,
    components: [
      ...bom.components,
      ...repository.components
        .filter((component) => added.includes(component['bom-ref']))
        .map((component) => ({
          ...component,
          scope: 'required',
          properties: [{ name: 'cdx:npm:package:bundled', value: 'true' }],
        })),
    ],
    dependencies: [
      { ...root, dependsOn: [...new Set([...root.dependsOn, ...parts])] },
      ...dependencies,
      ...repository.dependencies
        .filter(({ ref }) => added.includes(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => all.has(one)) })),
    ],
  };
}

function textOf(bom) {
  return `${JSON.stringify(bom, null, 2)}\n`;
}
