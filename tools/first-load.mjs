// Checks the size of what a browser loads for the start page against a budget.
import fs from 'node:fs';
import path from 'node:path';
import { UserFacingError } from './project.mjs';

/** Bytes over the wire, in brotli. */
const MAX_BYTES = 200_000;
/** What starts the console. */
export const MAIN = 'apps/web/src/main.ts';
/** What the first page loads: the start, its own code, and the texts of one language. */
const FIRST_PAGE = [MAIN, 'apps/web/src/app/sync/sync-page.ts', 'apps/web/src/app/i18n/zh.ts'];

/** Reads the bundler's list of imports, and removes it from the folder, whose files are all served. */
export function extractStats(folder) {
  const file = path.join(folder, 'browser-stats.json');
  const stats = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.rmSync(file);
  return stats;
}

/**
 * Sums the sizes of the first load of a built and compressed console.
 * @returns its bytes
 * @throws {UserFacingError} if it exceeds the budget
 */
export function checkFirstLoad(folder, stats) {
  const index = fs.readFileSync(path.join(folder, 'index.html'), 'utf8');
  const named = [...index.matchAll(/(?:src|href)="([^"/]+\.(?:js|css))"/g)].map(([, file]) => file);
  const files = new Set(['index.html', 'favicon.svg', ...named, ...firstScripts(stats)]);
  const sizes = [...files].map((file) => [wireSize(path.join(folder, file)), file]);
  const bytes = sizes.reduce((sum, [size]) => sum + size, 0);
  if (bytes > MAX_BYTES) {
    const parts = sizes
      .sort(([one], [other]) => other - one)
      .map(([size, file]) => `  ${String(size).padStart(7)} ${file}`);
    throw new UserFacingError(
      `expected a first load of at most ${MAX_BYTES} bytes, got ${bytes}:\n${parts.join('\n')}`,
    );
  }
  return bytes;
}

/**
 * The scripts that the first page loads in any case.
 * @throws {UserFacingError} if the bundler's list lacks one
 */
export function firstScripts({ outputs }) {
  const entries = Object.keys(outputs).filter((file) =>
    FIRST_PAGE.includes(outputs[file].entryPoint),
  );
  if (entries.length < FIRST_PAGE.length) {
    throw new UserFacingError(
      `expected ${FIRST_PAGE.join(', ')} in the bundler's list, got ${entries}`,
    );
  }
  return withImports(outputs, entries);
}

/** Files with all files that they import when they load. */
export function withImports(outputs, files) {
  const all = new Set(files);
  // The iteration includes files that are added meanwhile.
  for (const file of all) {
    for (const { path: imported, kind } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && imported in outputs) all.add(imported);
    }
  }
  return [...all];
}

/** The size of the compressed file, if there is one. */
function wireSize(file) {
  const packed = `${file}.br`;
  return fs.statSync(fs.existsSync(packed) ? packed : file).size;
}
