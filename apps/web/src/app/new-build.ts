// The build of the console that the server has now. After an upgrade it is another one than that of an open tab.

/** Where a tab notes the builds that it was reloaded for, a line each: the time, and the scripts. */
const NOTED = 'daysync.reloaded-for';
/** A loop takes much less for a round; after it, the same build may have come back for good. */
const NOTED_FOR_MS = 60_000;

/** The scripts of the served build, which the build names by their content; none if the server does not answer. */
export async function servedScripts(address: string): Promise<readonly string[]> {
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
export function hasAll(document: Document, scripts: readonly string[]): boolean {
  const own = [...document.querySelectorAll('script[src]')].map((script) =>
    script.getAttribute('src'),
  );
  return scripts.every((src) => own.includes(src));
}

/** @returns whether the tab was not just reloaded for this build: two servers with a build each must not make a loop */
export function noteBuild(scripts: readonly string[], now: number): boolean {
  const build = scripts.join(' ');
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
