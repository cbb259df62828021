// How a picture is drawn: a browser in a language, colours and a width, and the file that it goes to.
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { drawFonts, giveFonts } from '../browser/chinese-fonts.js';
import { TOP } from '../scratch.js';
import { DRAWN } from './docs-pictures.mjs';

export const FOLDER = path.join(TOP, DRAWN);
export type Variant = readonly [
  language: 'zh' | 'en',
  colors: 'light' | 'dark',
  width: 1_440 | 768 | 360,
];
/** A list goes on below. */
const TALLEST = 1_500;
const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const;

export async function openContext(
  browser: Browser,
  [language, colorScheme, width]: Variant,
): Promise<BrowserContext> {
  const viewport = windowOf(width);
  const asked = { bypassCSP: true, locale: LOCALES[language], colorScheme, viewport };
  const context = await browser.newContext(asked);
  await giveFonts(context);
  return context;
}

function windowOf(width: number): { readonly width: number; readonly height: number } {
  return { width, height: width < 600 ? 740 : 860 };
}

/** Draws the page as tall as it is: what is fixed to the window's foot stands at the foot of the picture. */
export async function draw(
  page: Page,
  name: string,
  [language, colors, width]: Variant,
  tallest = TALLEST,
): Promise<void> {
  const tall = await page.evaluate(() => document.documentElement.scrollHeight);
  const height = Math.min(tall, tallest);
  await page.setViewportSize({ width, height });
  await drawFonts(page);
  const size = { 1440: [], 768: ['tablet'], 360: ['phone'] }[width];
  const file = [name, language, colors, ...size].join('.');
  await page.screenshot({ path: path.join(FOLDER, `${file}.png`) });
  await page.setViewportSize(windowOf(width));
}
