// The browser of the tests: one program for a whole run, and a view of its own for each spec file.
import { inject } from 'vitest';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterFile } from '../after-file.js';
import { launchOptions } from './chromium.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser that a whole run shares takes calls; none where a run has no such browser. */
    sharedBrowser: string | undefined;
  }
}

/**
 * A browser with no page and no context of anybody else's; closed with all of its own after the last test of the file. Its
 * pages are asked for no motion, which costs more than most tests, unless a context says otherwise.
 */
export async function openBrowser(): Promise<Browser> {
  const shared = inject('sharedBrowser');
  if (shared === undefined) return launchBrowser();
  const browser = await chromium.connect(shared);
  afterFile(() => browser.close());
  const newContext = browser.newContext.bind(browser);
  browser.newContext = (options) => newContext({ reducedMotion: 'reduce', ...options });
  return browser;
}

/** A tab of a context of its own, which waits for a busy machine. */
export async function openTab(options: BrowserContextOptions): Promise<Page> {
  const page = await (await (await openBrowser()).newContext(options)).newPage();
  page.setDefaultTimeout(150_000);
  return page;
}

/**
 * A program of its own, closed after the last test of the file.
 * @param flags what it is started with beside its own
 */
export async function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch(await launchOptions(flags));
  afterFile(() => browser.close());
  return browser;
}
