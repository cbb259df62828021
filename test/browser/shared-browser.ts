// One browser for a whole run of tests: to start it takes longer than most of them.
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { launchOptions } from './chromium.js';

/** Starts it before the first test; the returned function stops it after the last. */
export default async function start(
  project: Pick<TestProject, 'provide'>,
): Promise<() => Promise<void>> {
  const server = await chromium.launchServer(await launchOptions());
  project.provide('sharedBrowser', server.wsEndpoint());
  return () => server.close();
}
