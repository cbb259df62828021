import { readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { TOP, weather } from '../scratch.js';

/** For pages of others, so its name stays. */
const ELEMENT = '/element.js';
const FILES = readdirSync(path.join(TOP, 'dist/web')).filter(
  (name) => /\.(js|css)$/.test(name) && `/${name}` !== ELEMENT,
);
const HASHED = FILES.find((name) => name.startsWith('main-'));
const RECORDS = '/api/v1/sync-status/records';
const SCRIPT = `/${HASHED ?? ''}`;
/** An answer of each kind: page, file, API, health, Swagger UI, error. */
const ANSWERS = ['/', SCRIPT, RECORDS, '/health/live', '/docs', '/openapi.json', '/api/none'];

let daysync: DaysyncApp;
let taskId: string;
beforeAll(async () => {
  daysync = await startApp({ datasets: [weather()] });
  ({ task_id: taskId } = await daysync.sync({ start_date: '2012-01-01', end_date: '2012-01-01' }));
});

/** A header of the answer to a GET. */
async function header(target: string, name: string): Promise<string | null> {
  return (await daysync.call(target)).headers.get(name);
}

/** A header of an answer of each kind, and of a poll, which the pre-router answers. */
async function everywhere(name: string, answers = ANSWERS): Promise<Set<string | null>> {
  const poll = `/api/v1/sync-status/sync/batch/progress/${taskId}`;
  const all = await Promise.all([...answers, poll].map((target) => header(target, name)));
  return new Set(all);
}

/** A header of an answer of each kind that a browser may open as a page. */
const onPages = (name: string): Promise<Set<string | null>> =>
  everywhere(
    name,
    ANSWERS.filter((target) => target !== SCRIPT),
  );

describe('every answer', () => {
  it('has a CSP that forbids inline scripts and frames', async () => {
    const [policy, ...others] = await onPages('content-security-policy');
    expect(others).toEqual([]);
    const directives = new Map(
      (policy ?? '').split(';').map((directive) => {
        const [name = '', ...sources] = directive.trim().split(/\s+/);
        return [name, sources];
      }),
    );
    expect(directives.get('default-src')).toEqual(["'self'"]);
    expect(directives.get('script-src')).toEqual(["'self'"]);
    expect(directives.get('object-src')).toEqual(["'none'"]);
    expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
  });

  it('forbids frames in old browsers, too', async () => {
    expect(await onPages('x-frame-options')).toEqual(new Set(['DENY']));
  });

  it('that is a script leaves out what only pages obey', async () => {
    expect(HASHED).toBeDefined();
    for (const name of ['content-security-policy', 'x-frame-options']) {
      expect(await header(SCRIPT, name)).toBeNull();
    }
  });

  it('forbids content sniffing', async () => {
    expect(await everywhere('x-content-type-options')).toEqual(new Set(['nosniff']));
  });

  it('sends no referrer to other sites', async () => {
    expect(await everywhere('referrer-policy')).toEqual(new Set(['no-referrer']));
  });

  it('has a unique request id', async () => {
    expect((await everywhere('x-request-id')).size).toBe(ANSWERS.length + 1);
  });

  it('does not name the server software', async () => {
    expect(await everywhere('x-powered-by')).toEqual(new Set([null]));
  });
});

describe('what browsers may cache', () => {
  it('every script and style of the console: forever', async () => {
    expect(FILES.length).toBeGreaterThan(5);
    const kept = await Promise.all(
      FILES.map(async (name) => [name, await header(`/${name}`, 'cache-control')]),
    );
    expect(kept.filter(([, control]) => control?.endsWith('immutable') !== true)).toEqual([]);
  });

  it.each([
    ['a file with a hash in its name: for ever', SCRIPT, /^public, .*immutable$/],
    ['the page: asked again each time', '/', /^no-cache$/],
    ['the progress element, for pages of others: asked again each time', ELEMENT, /^no-cache$/],
    ['a deep link: asked again each time', '/batches/x', /^no-cache$/],
    ['an answer of the API: by its caller alone', RECORDS, /^private, no-cache$/],
    ['Swagger UI: asked again each time', '/docs', /^no-cache$/],
    ['a file of Swagger UI: asked again each time', '/docs/swagger-ui.css', /^no-cache$/],
    ['the OpenAPI document: asked again each time', '/openapi.json', /^no-cache$/],
    ['an error: not at all', '/api/none', /^no-store$/],
  ])('%s', async (_, target, expected) => {
    expect(HASHED).toBeDefined();
    expect(await header(target, 'cache-control')).toMatch(expected);
  });

  it('an answer to a change: not at all', async () => {
    const answer = await daysync.post(`sync/batch/${taskId}/cancel`, {});
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});
