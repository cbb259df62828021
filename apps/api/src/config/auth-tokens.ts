import { hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** What a token allows: a viewer reads, an operator does everything. */
export const ROLES = ['viewer', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** A caller. The token itself is not kept. */
export interface AuthToken {
  readonly name: string;
  readonly role: Role;
  /** The SHA-256 of the token. */
  readonly hash: Buffer;
}

/** An error of the list; its text never shows a token. */
interface TokenListError {
  readonly expected: string;
  readonly received: string;
}

export interface TokenList {
  readonly tokens: readonly AuthToken[];
  readonly errors: readonly TokenListError[];
  /** A setting that works but should be changed. */
  readonly warnings: readonly string[];
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
/** Whose the keys of starts are where callers have no names: no token may have this one. */
export const NO_NAME = 'local';
/** The name that scheduled batches are started by; no token may have it. */
export const STARTED_BY_SCHEDULE = 'schedule';
const OUR_NAMES: readonly string[] = [NO_NAME, STARTED_BY_SCHEDULE];
/** A valid token for `Authorization: Bearer` (RFC 6750, 2.1). */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
const FEWEST_CHARACTERS = 32;
const MOST_CHARACTERS = 512;
const FORM = 'name:role:token';
const BEYOND_THE_OWNER = 0o077;

/** The SHA-256 of a secret in hexadecimal, which is stored and compared instead of it. */
export function secretHash(secret: string): string {
  return hash('sha256', secret);
}

/**
 * Reads `AUTH_TOKENS`: `name:role:token,…`, or `@` and the path of a file that has such a list, where a line end
 * separates as a comma does.
 * @param onSecret called with each token as written, also with unusable ones
 */
export function readTokens(
  value: string,
  onSecret: (token: string) => void = () => undefined,
): TokenList {
  if (!value.startsWith('@')) return { ...parseTokens(value, onSecret), warnings: [] };
  const file = value.slice(1);
  try {
    const list = parseTokens(readFileSync(file, 'utf8'), onSecret);
    return { ...list, warnings: warningsFor(file) };
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('code' in error)) throw error;
    const received = `${String(error.code)} for the one behind its @`;
    return {
      tokens: [],
      errors: [{ expected: 'a file that can be read', received }],
      warnings: [],
    };
  }
}

function warningsFor(file: string): string[] {
  // Windows has no such bits; Node invents them.
  if (process.platform === 'win32') return [];
  const mode = statSync(file).mode & 0o777;
  if ((mode & BEYOND_THE_OWNER) === 0) return [];
  return [`the file of AUTH_TOKENS is open to others (mode ${mode.toString(8)}): chmod 600 it`];
}

function parseTokens(list: string, onSecret: (token: string) => void): Omit<TokenList, 'warnings'> {
  const tokens: AuthToken[] = [];
  const errors: TokenListError[] = [];
  const entries = list
    .split(/[,\r\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  for (const [index, entry] of entries.entries()) {
    onSecret(entry.slice(entry.lastIndexOf(':') + 1));
    const read = parseToken(entry, tokens);
    if ('hash' in read) tokens.push(read);
    else errors.push({ ...read, expected: `${read.expected} in entry ${index + 1}` });
  }
  if (entries.length === 0) errors.push({ expected: FORM, received: 'an empty list' });
  return { tokens, errors };
}

function parseToken(entry: string, before: readonly AuthToken[]): AuthToken | TokenListError {
  const [name = '', role = '', token = '', ...more] = entry.split(':');
  const parts = entry.split(':').length;
  if (parts < 3) return { expected: FORM, received: `${parts} of its 3 parts` };
  if (!NAME.test(name) || OUR_NAMES.includes(name)) {
    const expected = `a name of up to 63 letters, digits, ".", "_" and "-", other than ${OUR_NAMES.join(' and ')},`;
    return { expected, received: 'another text' };
  }
  if (!isRole(role)) return { expected: `a role ${ROLES.join(' or ')}`, received: 'another text' };
  if (token.length < FEWEST_CHARACTERS || token.length > MOST_CHARACTERS) {
    const expected = `a token of ${FEWEST_CHARACTERS} to ${MOST_CHARACTERS} characters`;
    return { expected, received: `one of ${token.length}` };
  }
  if (more.length > 0 || !TOKEN.test(token)) {
    return {
      expected: 'a token of letters, digits, "-", ".", "_", "~", "+" and "/", and "=" at its end,',
      received: 'one with another character',
    };
  }
  const bytes = Buffer.from(secretHash(token), 'hex');
  if (before.some((other) => other.name === name)) {
    return { expected: 'a name that no entry before has', received: `${name} again` };
  }
  if (before.some((other) => other.hash.equals(bytes))) {
    return { expected: 'a token that no entry before has', received: 'the same again' };
  }
  return { name, role, hash: bytes };
}

function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
