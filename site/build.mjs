// Builds the site into dist/site: `npm run docs:site`.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'vitepress';
import { BASE } from './navigation.mjs';
import { stagePages } from './stage.mjs';

const SITE = import.meta.dirname;
const TOP = path.dirname(SITE);
const BUILT = path.join(TOP, 'dist/site');
const INLINE_SCRIPT = /<script(?: id="[\w-]+")?>([^]+?)<\/script>/g;

stagePages(TOP, path.join(TOP, '.cache/site/pages'));
await build(SITE);
moveScripts(BUILT);

/**
 * Moves the scripts in the pages into files: the Content-Security-Policy of the program allows none in a page. They set
 * the colours before the first paint, so they stay scripts that a page waits for.
 */
function moveScripts(folder) {
  for (const page of fs.globSync('**/*.html', { cwd: folder })) {
    const file = path.join(folder, page);
    const html = fs.readFileSync(file, 'utf8').replaceAll(INLINE_SCRIPT, (_tag, code) => {
      const hash = createHash('sha256').update(code).digest('hex').slice(0, 8);
      const script = `assets/page.${hash}.js`;
      fs.writeFileSync(path.join(folder, script), code);
      return `<script src="${BASE}${script}"></script>`;
    });
    fs.writeFileSync(file, html);
  }
}
