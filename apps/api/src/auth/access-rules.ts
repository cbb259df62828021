import { API_PATH, PROGRAM_PATHS } from '../http/pipeline/paths.js';
import { isSafe } from '../http/pipeline/request-origin.js';
import { isOriginForm } from '../http/pipeline/request-target.js';

/** The role that a request needs: none, any, or operator. */
export type Access = 'public' | 'viewer' | 'operator';

export const SESSION_PATH = `${API_PATH}/session`;
/** Logging in needs no session, nor does logging out of one that may have ended. */
const LOGIN = `/${SESSION_PATH}`;
const LOGIN_METHODS = ['POST', 'DELETE'];
/** A POST that changes nothing. */
const PREVIEW = `/${API_PATH}/sync/batch/preview`;
/**
 * Nothing below these is public, in upper or lower case, which Express routes alike. Neither is a target that is no path,
 * such as a whole URL.
 */
const PROTECTED = PROGRAM_PATHS.filter(({ isPublic }) => !isPublic).map(({ path }) => path);

/** The role that a request needs. Only what is listed is public. */
export function accessTo(method: string, url: string): Access {
  if (isSafe(method)) return isOriginForm(url) && !isProtected(url) ? 'public' : 'viewer';
  if (url === LOGIN && LOGIN_METHODS.includes(method)) return 'public';
  return method === 'POST' && url === PREVIEW ? 'viewer' : 'operator';
}

function isProtected(url: string): boolean {
  const written = url.toLowerCase();
  return PROTECTED.some((path) => written.startsWith(path));
}
