// What is wrong with a page for readers who need more than eyes and a mouse: by the rules of axe, and by rules of our own
// that axe does not have.
import type { Language } from '@daysync/progress';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { IS_LONG } from '../draws.js';
import { axeFindings } from './axe.js';

const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const satisfies Record<Language, string>;

interface AxeVariant {
  readonly width: number;
  readonly colors: 'light' | 'dark';
  /** The device pixels of a CSS pixel. @default 1 */
  readonly scale?: number;
}

/** Each width in Chinese; English words, which are longer, in the widest and the narrowest, in the other colours. */
const VARIANTS: Readonly<Record<Language, readonly AxeVariant[]>> = {
  zh: [
    { width: 1_440, colors: 'light' },
    { width: 768, colors: 'dark' },
    { width: 320, colors: 'dark' },
    // A window of 1280 px at 200 %.
    { width: 640, colors: 'light', scale: 2 },
  ],
  en: [
    { width: 1_440, colors: 'dark' },
    { width: 320, colors: 'light' },
  ],
};

/** The languages of this run. */
export const SPOKEN: readonly Language[] = IS_LONG ? ['zh', 'en'] : ['zh'];

/** A browser context to begin with, which waits for a busy machine. */
export async function openContext(browser: Browser, language: Language): Promise<BrowserContext> {
  const viewport = { width: 1_440, height: 900 };
  const context = await browser.newContext({ locale: LOCALES[language], viewport });
  context.setDefaultTimeout(150_000);
  return context;
}

/** What is wrong with a page as it stands there, in each variant of a language. */
export async function findingsOf(page: Page, language: Language): Promise<readonly string[]> {
  const findings: string[] = [];
  const variants = IS_LONG ? VARIANTS[language] : VARIANTS[language].slice(0, 1);
  for (const { colors, scale = 1, width } of variants) {
    await showAs(page, { colors, scale, width });
    const found = await allFindings(page);
    findings.push(...found.map((one) => `${language} ${colors} ${width} px: ${one}`));
  }
  return findings;
}

async function showAs(page: Page, { colors, scale, width }: Required<AxeVariant>): Promise<void> {
  await page.emulateMedia({ colorScheme: colors, reducedMotion: 'reduce' });
  const height = scale === 1 ? 900 : 450;
  await page.setViewportSize({ width, height });
  if (scale === 1) return;
  const session = await page.context().newCDPSession(page);
  const metrics = { width, height, deviceScaleFactor: scale, mobile: false };
  await session.send('Emulation.setDeviceMetricsOverride', metrics);
  await session.detach();
}

async function allFindings(page: Page): Promise<readonly string[]> {
  return [...(await axeFindings(page)), ...(await ownFindings(page))];
}

/** Rules that axe does not have, or has only for Latin letters. */
function ownFindings(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const shorten = (element: Element): string => element.outerHTML.slice(0, 160);
    const all = [...document.querySelectorAll<HTMLElement>('body *')];
    const isShown = (element: HTMLElement): boolean =>
      element.checkVisibility({ visibilityProperty: true }) &&
      element.closest('.ds-unseen, .cdk-visually-hidden, [inert]') === null;

    // Whoever speaks to the browser says the text that they see.
    const namedOtherwise = all
      .filter((element) => element.matches('a[aria-label], button[aria-label]') && isShown(element))
      .filter(({ ariaLabel, innerText }) => !(ariaLabel ?? '').includes(innerText.trim()))
      .map((element) => `named otherwise: ${shorten(element)}`);

    // Tables of data and the calendar need both directions.
    const sideways = all
      .filter((element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX))
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .filter((element) => !element.matches('[role=region], ds-calendar-grid, pre'))
      .map((element) => `scrolls sideways: ${shorten(element)}`);
    const wide = document.documentElement.scrollWidth - innerWidth;
    if (wide > 0) sideways.push(`wider than the window by ${wide} px`);

    // A label is a target as well; a link within a sentence may be as tall as its line.
    const small = all
      .filter((element) =>
        element.matches('a[href], button, select, summary, input:not([type=hidden])'),
      )
      .filter((element) => isShown(element) && !element.hidden)
      .filter((element) => {
        const target = element.closest('label') ?? element;
        const field = element.closest('mat-form-field');
        const { height, width } = (field ?? target).getBoundingClientRect();
        const isInText = getComputedStyle(element).display === 'inline';
        return !isInText && (height < 23.5 || width < 23.5);
      })
      .map((element) => `smaller than 24 px: ${shorten(element)}`);

    // One id, one element: references would mean another one.
    const ids = all.map(({ id }) => id).filter((id) => id !== '');
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);

    const language = document.documentElement.lang;
    const isNamed = /\S · Daysync$/.test(document.title);
    return [
      ...namedOtherwise,
      ...sideways,
      ...small,
      ...twice.map((id) => `the id ${id} is there twice`),
      ...(['zh-CN', 'en'].includes(language) ? [] : [`in the language “${language}”`]),
      ...(isNamed ? [] : [`the page is called “${document.title}”`]),
    ];
  });
}
