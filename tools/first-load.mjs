// What a browser fetches before the start page is there, held to its budget.
import fs from 'node:fs';
import path from 'node:path';
import { UserFacingError } from './project.mjs';

/** Bytes over the wire, in brotli. */
const MOST_BYTES = 200_000;
/** What the first page loads beside what `index.html` names: itself, and the words of one language. */
const FIRST_PAGE = ['apps/web/src/app/sync/sync-page.ts', 'apps/web/src/app/i18n/zh.ts'];

/** Takes the bundler's list of what imports what out of the folder, of which everything is served. */
export function takeStats(folder) {
  const file = path.join(folder, 'browser-stats.json');
  const stats = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.rmSync(file);
  return stats;
}

/**
 * Sums the first load of a built and compressed console, by the bundler's list.
 * @returns its bytes
 * @throws {UserFacingError} if it is beyond the budget
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
  // A set that grows while it is walked is walked to its end.
  for (const file of files) {
    for (const { path: imported, kind } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && imported in outputs) files.add(imported);
    }
  }
  const sizes = [...files].map((file) => [wireSize(path.join(folder, file)), file]);
  const bytes = sizes.reduce((sum, [size]) => sum + size, 0);
  if (bytes > MOST_BYTES) {
    const parts = sizes
      .sort(([one], [other]) => other - one)
      .map(([size, file]) => `  ${String(size).padStart(7)} ${file}`);
    throw new UserFacingError(
      `expected a first load of at most ${MOST_BYTES} bytes, got ${bytes}:\n${parts.join('\n')}`,
    );
  }
  return bytes;
}

/** As it is sent: compressed, where that was worth it. */
function wireSize(file) {
  const packed = `${file}.br`;
  return fs.statSync(fs.existsSync(packed) ? packed : file).size;
}
