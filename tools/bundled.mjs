// The packages that have code in what is built: the bundles list them, packages name their licences.
import fs from 'node:fs';
import { inProject } from './project.mjs';

/** The package whose folder a file lies in. */
const PACKAGE_FOLDER = /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/;

/**
 * The packages in a bundle.
 * @param {import('esbuild').Metafile} metafile
 * @returns their folders as package-lock.json names them, such as `node_modules/pg`
 */
export function packagesIn({ outputs }) {
  const folders = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([file]) => PACKAGE_FOLDER.exec(file) ?? []);
  return [...new Set(folders)];
}

/**
 * Keeps the list of the packages in a built folder beside it.
 * @param {string} folder @param {readonly string[]} packages by their folders
 */
export function keepBundled(folder, packages) {
  const sorted = [...new Set(packages)].sort();
  fs.writeFileSync(listOf(folder), `${JSON.stringify(sorted, null, 2)}\n`);
}

/**
 * The packages in a built folder.
 * @throws {RangeError} if its build has kept no list
 * @returns {{ at: string, name: string, version: string, license?: string }[]}
 */
export function bundledIn(folder) {
  if (!fs.existsSync(listOf(folder))) {
    throw new RangeError(
      `expected ${listOf(folder)}, got no such file; remove ${folder} and build it again`,
    );
  }
  const { packages } = readJson(inProject('package-lock.json'));
  return readJson(listOf(folder)).map((at) => {
    const { version, license } = packages[at];
    return { at, name: at.replace(/^.*node_modules\//, ''), version, license };
  });
}

/** Writes the licences of the packages in a built folder into it. */
export function writeNotices(folder) {
  const notices = bundledIn(folder).map(({ at, name, version, license = 'see its text' }) =>
    [`${name} ${version} (${license})`, ...licenceTexts(at)].join('\n\n'),
  );
  const text = `This package contains parts of these packages.\n\n${notices.join('\n\n---\n\n')}\n`;
  fs.writeFileSync(inProject(folder, 'THIRD-PARTY-LICENSES.txt'), text);
}

/** Some packages have their licence in a section of their README alone. */
function licenceTexts(at) {
  const names = fs.readdirSync(inProject(at));
  const read = (name) => fs.readFileSync(inProject(at, name), 'utf8');
  const licences = names.filter((name) => /^(licen[cs]e|notice)\b/i.test(name));
  if (licences.length > 0) return licences.map((name) => read(name).trim());
  return names
    .filter((name) => /^readme\b/i.test(name))
    .flatMap((name) => /^#+ licen[cs]e\n+([^#]+)/im.exec(read(name))?.[1].trim() ?? []);
}

function listOf(folder) {
  return inProject(`${folder}.bundled.json`);
}

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}
