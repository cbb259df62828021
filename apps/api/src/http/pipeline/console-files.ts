import { existsSync } from 'node:fs';
import path from 'node:path';
import type { NextFunction, Request, Response } from 'express';
import sirv from 'sirv';
import { READS, wrongMethod } from '../problems/allowed-methods.js';
import { PROGRAM_PATHS } from './paths.js';

/** Paths that are not pages of the console. */
const NOT_PAGES = PROGRAM_PATHS.map(
  ({ path: own }) => new RegExp(`^${own.replace('.', '\\.')}(/|$)`),
);
/** The build names these files by a hash of their content, so they never change. */
const HASHED = /-[\w-]{8}\.(?:js|css)$/;
/** Only documents obey these. On the scripts of a first load they would take 5 kB. */
const DOCUMENT_HEADERS = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'x-frame-options',
];

/** Serves the built and compressed console, with deep links. */
export function consoleFiles(
  folder: string,
): (request: Request, response: Response, next: NextFunction) => void {
  if (!existsSync(folder)) {
    return (_request, _response, next) => {
      next();
    };
  }
  const serve = sirv(folder, {
    brotli: true,
    gzip: true,
    single: true,
    ignores: NOT_PAGES,
    etag: true,
    // A development build is not compressed and changes while it is served.
    dev: !existsSync(path.join(folder, 'index.html.br')),
    setHeaders(response, pathname) {
      const isHashed = HASHED.test(pathname);
      if (isHashed) for (const name of DOCUMENT_HEADERS) response.removeHeader(name);
      response.setHeader(
        'cache-control',
        isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  return (request, response, next) => {
    if (READS.includes(request.method)) serve(request, response, next);
    else if (NOT_PAGES.some((own) => own.test(request.path))) next();
    else throw wrongMethod(request.method, READS);
  };
}
