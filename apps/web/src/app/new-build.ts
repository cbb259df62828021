import { Location } from '@angular/common';
import { DOCUMENT, inject } from '@angular/core';
import type { NavigationError } from '@angular/router';

// A tab that is open while the server is replaced by one with another build of the console: the parts that the tab has not
// loaded yet are no longer there. Then the tab is reloaded, which loads all of the new build.

/** Where a tab notes the builds that it was reloaded for. */
const NOTED = 'daysync.reloaded-for';

/** Loads the address of a failed navigation anew if the server has another build. */
export function reloadForNewBuild({ url }: NavigationError): void {
  const document = inject(DOCUMENT);
  void reloadOnce(document, inject(Location).prepareExternalUrl(url));
}

async function reloadOnce(document: Document, address: string): Promise<void> {
  const build = await servedBuild(document.baseURI);
  // Without another build a reload would not help, and without a server it would lose the page.
  if (build === undefined || build === buildOf(document)) return;
  if (noteBuild(build)) document.location.assign(address);
}

/** The scripts of the served build, which the build names by their content; undefined if the server does not answer. */
async function servedBuild(address: string): Promise<string | undefined> {
  try {
    const answer = await fetch(address, { cache: 'no-store' });
    if (!answer.ok) return undefined;
    const scripts = [...(await answer.text()).matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)];
    return scripts.length === 0 ? undefined : scripts.map(([, src]) => src).join(' ');
  } catch {
    return undefined;
  }
}

function buildOf(document: Document): string {
  const scripts = [...document.querySelectorAll('script[src]')];
  return scripts.map((script) => script.getAttribute('src')).join(' ');
}

/** @returns whether the tab had not been reloaded for this build: two servers with a build each must not make a loop */
function noteBuild(build: string): boolean {
  try {
    const noted = sessionStorage.getItem(NOTED)?.split('\n') ?? [];
    if (noted.includes(build)) return false;
    sessionStorage.setItem(NOTED, [...noted, build].join('\n'));
    return true;
  } catch {
    return false; // no storage, so no way to see a loop
  }
}
