// Copies the pages, pictures and files of the project into the folder that the site is built from.
import fs from 'node:fs';
import path from 'node:path';
import { filePath, picturePath } from './links.mjs';
import { FILES, ICON, PAGES } from './navigation.mjs';

/** A mark of a program that writes a part of the page. */
const COMMENT = /^<!--.*-->$/gm;
const PICTURE = /\.(?:png|svg|webp)$/;

/**
 * Writes the folder anew.
 * @param {string} project the folder of the project
 * @param {string} staged the folder that is written
 */
export function stagePages(project, staged) {
  fs.rmSync(staged, { recursive: true, force: true });
  for (const page of PAGES) {
    const text = fs.readFileSync(path.join(project, page.file), 'utf8');
    write(path.join(staged, `${page.at}.md`), frontMatter(page) + text.replaceAll(COMMENT, ''));
  }
  copy(path.join(project, ICON), inPublic(staged, 'favicon.svg'));
  for (const file of FILES) copy(path.join(project, file), inPublic(staged, filePath(file)));
  for (const picture of fs.globSync('docs/**', { cwd: project })) {
    if (PICTURE.test(picture)) {
      copy(path.join(project, picture), inPublic(staged, picturePath(picture)));
    }
  }
}

/** The title of the page, and the path of the same page in the other language for the switch between them. */
function frontMatter({ at, text }) {
  const other = at.startsWith('zh/') ? at.slice('zh/'.length) : `zh/${at}`;
  const lines = ['outline: [2, 3]'];
  if (PAGES.some((page) => page.at === other)) {
    lines.push(`translation: ${addressOf(other)}`);
  }
  // Its heading is the name of the product.
  if (addressOf(at).endsWith('/')) lines.push(`title: ${text}`);
  return `---\n${lines.join('\n')}\n---\n\n`;
}

/** The address of a page in the site. */
const addressOf = (at) =>
  /(^|\/)index$/.test(at) ? `/${at.slice(0, -'index'.length)}` : `/${at}.html`;

const inPublic = (staged, file) => path.join(staged, 'public', file);

function copy(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

function write(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}
