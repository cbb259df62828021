// Checks the size of what a browser loads for the start page against a budget.
import fs from 'node:fs';
import path from 'node:path';
import { UserFacingError } from './project.mjs';

/** Bytes over the wire, in brotli. */
const MAX_BYTES = 200_000;
/** What the first page loads in addition to the files in `index.html`: its code, and the texts of one language. */
const FIRST_PAGE = ['apps/web/src/app/sync/sync-page.ts', 'apps/web/src/app/i18n/zh.ts'];

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
export function checkFirstLoad(folder, { outputs }) {
  const files = new Set(['index.html', 'favicon.svg']);
  const index = fs.readFileSync(path.join(folder, 'index.html'), 'utf8');
  for (const [, file] of index.matchAll(/(?:src|href)="([^"/]+\.(?:js|css))"/g)) files.add(file);
  for (const [file, { entryPoint }] of Object.entries(outputs)) {
    if (FIRST_PAGE.includes(entryPoint)) files.add(file);
  }
  if (files.size < 4 + FIRST_PAGE.length) {
    throw new UserFacingError(
      `expected the parts of the first page in the bundler's list, got ${[...files]}`,
    );
  }
  // The iteration includes files that are added meanwhile.
  for (const file of files) {
    for (const { path: imported, kind } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && imported in outputs) files.add(imported);
    }
  }
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

/** The size of the compressed file, if there is one. */
function wireSize(file) {
  const packed = `${file}.br`;
  return fs.statSync(fs.existsSync(packed) ? packed : file).size;
}
