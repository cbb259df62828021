import { Location } from '@angular/common';
import { DOCUMENT, inject } from '@angular/core';
import type { NavigationError } from '@angular/router';
import { CLOCK, type TimeSource } from './time/clock';

// A tab that is open while the server is replaced by one with another build of the console: the parts that the tab has not
// loaded yet are no longer there. Then the tab is reloaded, which loads all of the new build.

/** Where a tab notes the builds that it was reloaded for, a line each: the time, and the scripts. */
const NOTED = 'daysync.reloaded-for';
/** A loop takes much less for a round; after it, the same build may have come back for good. */
const NOTED_FOR_MS = 60_000;

/** Loads the address of a failed navigation anew if the server has another build. */
export function reloadForNewBuild({ url }: NavigationError): void {
  const document = inject(DOCUMENT);
  void reloadOnce(document, inject(CLOCK), inject(Location).prepareExternalUrl(url));
}

async function reloadOnce(document: Document, clock: TimeSource, address: string): Promise<void> {
  const scripts = await servedScripts(document.baseURI);
  // Without another build a reload would not help, and without a server it would lose the page.
  if (scripts.length === 0 || hasAll(document, scripts)) return;
  if (noteBuild(scripts.join(' '), clock.now())) document.location.assign(address);
}

/** The scripts of the served build, which the build names by their content; none if the server does not answer. */
async function servedScripts(address: string): Promise<readonly string[]> {
  try {
    const answer = await fetch(address, { cache: 'no-store' });
    if (!answer.ok) return [];
    const scripts = (await answer.text()).matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g);
    return [...scripts].map(([, src = '']) => src);
  } catch {
    return [];
  }
}

/** Whether a document has these scripts; it may have more, of extensions of the browser. */
function hasAll(document: Document, scripts: readonly string[]): boolean {
  const own = [...document.querySelectorAll('script[src]')].map((script) =>
    script.getAttribute('src'),
  );
  return scripts.every((src) => own.includes(src));
}

/** @returns whether the tab was not just reloaded for this build: two servers with a build each must not make a loop */
function noteBuild(build: string, now: number): boolean {
  try {
    const lines = sessionStorage.getItem(NOTED)?.split('\n') ?? [];
    const noted = lines.filter((line) => Math.abs(now - Number.parseInt(line, 10)) < NOTED_FOR_MS);
    if (noted.some((line) => line.slice(line.indexOf(' ') + 1) === build)) return false;
    sessionStorage.setItem(NOTED, [...noted, `${now} ${build}`].join('\n'));
    return true;
  } catch {
    return false; // no storage, so no way to see a loop
  }
}
