import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { NextFunction, Request, Response } from 'express';
import sirv from 'sirv';
import { READS, wrongMethod } from '../problems/allowed-methods.js';
import { Problem } from '../problems/problem.js';

/** The path of the site, which is built for it: its pages link to each other by it. */
export const SITE_PATH = '/docs/site';
/** The build names these files by a hash of their content, so they never change. */
const HASHED = /^\/assets\/.*\.[\w-]{8}(?:\.lean)?\.(?:css|js)$/;
const NOT_BUILT =
  'the documentation site is not here: run `npm run docs:site` in a clone of Daysync, whose server then serves it at this path';

type Handler = (request: Request, response: Response, next: NextFunction) => void;

/**
 * Serves the documentation site that `npm run docs:site` builds, below {@link SITE_PATH}. It may be built while the
 * program runs.
 * @param folder of the built site
 * @returns a handler that answers every request: what is missing with the site's own page, or with a `NOT_FOUND` that
 *   names the command if the site has not been built
 */
export function docsSite(folder: string): Handler {
  const serve = sirv(folder, {
    brotli: true,
    gzip: true,
    etag: true,
    // Looks at the disk at each request: a new build replaces the files.
    dev: true,
    setHeaders(response, pathname) {
      if (HASHED.test(pathname)) {
        response.setHeader('cache-control', 'public, max-age=31536000, immutable');
      }
    },
  });
  return (request, response, next) => {
    if (!READS.includes(request.method)) throw wrongMethod(request.method, READS);
    if (!existsSync(path.join(folder, 'index.html'))) throw new Problem('NOT_FOUND', NOT_BUILT);
    const { pathname } = new URL(request.originalUrl, 'http://site');
    if (pathname === SITE_PATH) {
      response.redirect(308, `${SITE_PATH}/`);
      return;
    }
    serve(request, response, () => {
      readFile(path.join(folder, '404.html'), 'utf8').then((page) => {
        response.status(404).set('Cache-Control', 'no-cache').type('html').send(page);
      }, next);
    });
  };
}
