// What a finding of a rule that knows types can depend on: the file, and all that it imports.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** What every file depends on: rules, settings, packages, and types that no import names. */
const SETTINGS =
  /(?:^|[/])(?:package(?:-lock)?[.]json|tsconfig[^/]*[.]json|[.]oxlintrc[.]jsonc|[.]gitignore|(?:lint-changed|static-checks|type-reach)[.]mjs)$|[.]d[.]ts$/;
const AMBIENT = /^\s*declare (?:global|module)\b/m;

/**
 * A hash for each source of all that a finding in it can depend on.
 * @param {string} folder the project's folder
 * @param {readonly string[]} files all of the project, relative to its folder
 * @param {readonly string[]} buildInfos what TypeScript wrote about its projects: they know who imports whom
 * @returns {Map<string, string>}
 */
export function reachHashes(folder, files, buildInfos) {
  const references = new Map();
  for (const info of buildInfos) addReferences(references, folder, info);
  const contents = new Map();
  const everywhere = createHash('sha256').update(process.version);
  const packages = files
    .filter((file) => path.posix.basename(file) === 'package.json')
    .map((file) => path.posix.join(path.posix.dirname(file), 'node_modules/.package-lock.json'));
  for (const file of [...files, ...packages]) {
    const name = path.join(folder, file);
    if (!fs.existsSync(name)) continue;
    const text = fs.readFileSync(name);
    const own = createHash('sha256').update(`${file}\0`).update(text).digest('hex');
    contents.set(file, own);
    const isSettings = SETTINGS.test(file) || packages.includes(file);
    if (isSettings || (file.endsWith('ts') && AMBIENT.test(text.toString('utf8')))) {
      everywhere.update(own);
    }
  }
  const base = everywhere.digest('hex');
  const sources = files.filter((file) => /[.][cm]?[jt]s$/.test(file) && contents.has(file));
  return new Map(
    sources.map((file) => {
      const parts = [...reached(references, file)].map((one) => contents.get(one) ?? one);
      return [
        file,
        createHash('sha256')
          .update([base, ...parts.toSorted()].join(' '))
          .digest('hex'),
      ];
    }),
  );
}

function addReferences(references, folder, info) {
  const {
    fileNames,
    fileIdsList = [],
    referencedMap = [],
  } = JSON.parse(fs.readFileSync(path.join(folder, info), 'utf8'));
  const names = fileNames.map((name) => path.posix.join(path.posix.dirname(info), name));
  // They are numbered from 1.
  for (const [file, list] of referencedMap) {
    const all = references.get(names[file - 1]) ?? new Set();
    references.set(names[file - 1], all);
    for (const id of fileIdsList[list - 1]) {
      // The packages are in the lock file.
      if (!names[id - 1].includes('node_modules/')) all.add(names[id - 1]);
    }
  }
}

/** The file, what it imports, what that imports, and so on. */
function reached(references, file) {
  const found = new Set([file]);
  for (const one of found) {
    for (const next of references.get(one) ?? []) found.add(next);
  }
  return found;
}
