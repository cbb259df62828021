import type { CookieOptions } from 'express';

const NAME = 'daysync_session';
const ONE = new RegExp(`(?:^|; *)${NAME}=(?<secret>[A-Za-z0-9_-]{43})(?:;|$)`);

/** How long a session lasts, unless it is ended before. */
export const SESSION_MS = 12 * 3_600_000;

/** The secret of the session that a `Cookie` header names; null for none. */
export function sessionSecretOf(header: string): string | null {
  return ONE.exec(header)?.groups?.['secret'] ?? null;
}

/** Name and attributes of the cookie: no script reads it, and no other site's page sends it. */
export const SESSION_COOKIE = {
  name: NAME,
  /** @param secure whether the browser comes by TLS, and may send the cookie in no other way */
  attributes: (secure: boolean): CookieOptions => ({
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure,
  }),
};
