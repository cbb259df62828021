// Errors, the log and the API show the text of the datasets file, so secrets must come from the environment.

const SECRET_HEADER =
  /^(?:proxy-)?authorization$|^cookie$|(?:^|[-_])(?:api)?(?:key|token|secret|password|signature|auth|credentials?)$/i;
const SECRET_VALUE = /^(?:bearer|basic)\s/i;
const SECRET_PARAMETER =
  /^(?:(?:api|app|access|auth|client|secret|private|subscription)?[-_]?(?:key|token|secret|password)|passwd|pwd|sig|signature|auth|authorization|app_?id)$/i;
const USER = /^[^/?#]*\/\/[^/?#]*@/;

export const EXPECTED_SECRET = 'a secret that comes from the environment as ${NAME}';

/** Whether a header contains a secret that is written in the file. */
export function isHeaderWithSecret(name: string, written: unknown): boolean {
  if (typeof written !== 'string' && typeof written !== 'number') return false;
  const value = String(written);
  return isLiteral(value) && (SECRET_HEADER.test(name) || SECRET_VALUE.test(value));
}

/** The place of a secret that is written in an address, if any: a query parameter, or its user. */
export function placeOfSecret(written: string): string | undefined {
  if (USER.test(written)) return 'a user before its host';
  const query = /\?([^#]*)/.exec(written)?.[1] ?? '';
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    if (at >= 0 && SECRET_PARAMETER.test(name) && isLiteral(pair.slice(at + 1))) {
      return `the parameter ${name}`;
    }
  }
  return undefined;
}

/** Whether a text has no placeholder, neither for a variable nor for the day. */
function isLiteral(written: string): boolean {
  return written !== '' && !written.includes('{');
}
