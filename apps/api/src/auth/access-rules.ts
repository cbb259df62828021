import { API_PATH, PROGRAM_PATHS } from '../http/pipeline/paths.js';
import { isSafe } from '../http/pipeline/request-origin.js';
import { isOriginForm } from '../http/pipeline/request-target.js';

/** Who may make a call: anybody, anybody who is known, or an operator. */
export type Access = 'public' | 'viewer' | 'operator';

/** Where the console logs in and out. */
export const SESSION_PATH = `${API_PATH}/session`;
/** Logging in, and out of a session that may have ended, needs no session. */
const LOGIN = `/${SESSION_PATH}`;
const LOGIN_METHODS = ['POST', 'DELETE'];
/** A POST that changes nothing. */
const PREVIEW = `/${API_PATH}/sync/batch/preview`;
/**
 * Below these nothing is public, however the rest of the path is written: Express takes upper case for lower case.
 * What is no path at all, such as a whole URL, is not public either.
 */
const PROTECTED = PROGRAM_PATHS.filter(({ isPublic }) => !isPublic).map(({ path }) => path);

/** Who may make a call. What is public is listed, all else is not. */
export function accessTo(method: string, url: string): Access {
  if (isSafe(method)) return isOriginForm(url) && !isProtected(url) ? 'public' : 'viewer';
  if (url === LOGIN && LOGIN_METHODS.includes(method)) return 'public';
  return method === 'POST' && url === PREVIEW ? 'viewer' : 'operator';
}

function isProtected(url: string): boolean {
  const written = url.toLowerCase();
  return PROTECTED.some((path) => written.startsWith(path));
}
