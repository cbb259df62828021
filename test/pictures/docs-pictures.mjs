// The pictures that the docs show, from those that `npm run screenshots` drew.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inProject, UserFacingError } from '../../tools/project.mjs';

/** Where all of them are drawn: too many for every clone to carry. */
export const DRAWN = 'screenshots';
export const SHOWN = 'docs/screenshots';
/** By its path: it is a package of this folder, and there only once that is installed. */
const SHARP = inProject('test/pictures/node_modules/sharp/dist/index.mjs');

/** Packs those that a page shows: each pixel stays as it was drawn, in a quarter of the bytes. */
export async function packDocsPictures() {
  const { default: sharp } = await import(pathToFileURL(SHARP).href);
  const names = shownPictures();
  const missing = names.filter((name) => !fs.existsSync(inProject(DRAWN, `${name}.png`)));
  if (missing.length > 0) {
    throw new UserFacingError(
      `expected the pictures that the pages show, got no ${missing.join(', ')}`,
    );
  }
  fs.rmSync(inProject(SHOWN), { recursive: true, force: true });
  fs.mkdirSync(inProject(SHOWN), { recursive: true });
  for (const name of names) {
    await sharp(inProject(DRAWN, `${name}.png`))
      .webp({ lossless: true, effort: 6 })
      .toFile(inProject(SHOWN, `${name}.webp`));
  }
  return names.length;
}

/** The pages say which. */
function shownPictures() {
  const docs = fs.readdirSync(inProject('docs'), { recursive: true });
  const pages = ['README.md', 'README.zh.md', ...docs.map((name) => path.join('docs', name))]
    .filter((name) => name.endsWith('.md'))
    .map((name) => fs.readFileSync(inProject(name), 'utf8'));
  const links = pages.flatMap((page) => [...page.matchAll(/\]\([^)]*screenshots\/(.+?)\.webp\)/g)]);
  return [...new Set(links.map(([, name]) => name))];
}
