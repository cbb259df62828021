// For pictures alone: the test browser has no Chinese font and no emoji, the users' systems have both.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { TOP } from '../scratch.js';

const HOST = 'http://fonts.invalid';
const PACKAGES: Readonly<Record<string, string>> = {
  noto: path.join(TOP, 'node_modules/@fontsource-variable/noto-sans-sc'),
  twemoji: path.join(TOP, 'node_modules/twemoji-colr-font'),
};
/** The first two names of the console's font stack after the system's own: nothing in the page changes. */
const TEXT_FAMILY = 'PingFang SC';
const EMOJI_RANGE = 'U+203C-3299, U+1F000-1FAFF';

/** Gives the fonts to every page of a context, which must be made with `bypassCSP`. */
export async function giveFonts(context: BrowserContext): Promise<void> {
  await context.route(`${HOST}/**`, async (route) => {
    const [, name = '', ...parts] = new URL(route.request().url()).pathname.split('/');
    const folder = PACKAGES[name];
    if (folder === undefined) return route.abort();
    const body = await readFile(path.join(folder, ...parts));
    const headers = { 'access-control-allow-origin': '*' };
    return route.fulfill({ body, headers, contentType: 'font/woff2' });
  });
  // Before the first text is laid out: what is drawn without its font first may keep a hole where a character is.
  await context.addInitScript(
    (css) => {
      addEventListener('DOMContentLoaded', () => {
        const style = document.createElement('style');
        style.textContent = css;
        document.head.append(style);
      });
    },
    await fontsCss(),
  );
}

async function fontsCss(): Promise<string> {
  const noto = await readFile(path.join(PACKAGES['noto'] ?? '', 'wght.css'), 'utf8');
  const text = noto
    .replaceAll('Noto Sans SC Variable', TEXT_FAMILY)
    .replaceAll('./files/', `${HOST}/noto/files/`);
  // Declared last: where two fonts of one family have a character, the later one draws it.
  const emoji = `@font-face {
    font-family: '${TEXT_FAMILY}';
    font-weight: 100 900;
    src: url(${HOST}/twemoji/twemoji.woff2) format('woff2');
    unicode-range: ${EMOJI_RANGE};
  }`;
  return text + emoji;
}

/** Waits until every text that is there now is drawn in its font. */
export async function drawFonts(page: Page): Promise<void> {
  await page.evaluate(async (family) => {
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    /** A font is asked for when a text that needs it is laid out, which the last one may have led to. */
    const loaded = async (): Promise<void> => {
      for (let quiet = 0; quiet < 15; quiet += 1) {
        await frame();
        if (document.fonts.status === 'loading') quiet = 0;
        await document.fonts.ready;
      }
    };
    await document.fonts.load(`16px '${family}'`, document.body.innerText);
    await loaded();
    // Text that was laid out before its font had loaded may keep a gap: a hidden change of the size lays it
    // out anew.
    const { style } = document.documentElement;
    style.zoom = style.zoom === '1.001' ? '1.002' : '1.001';
    await loaded();
  }, TEXT_FAMILY);
}
