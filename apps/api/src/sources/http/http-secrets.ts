// What a datasets file writes is shown: in errors, the log and the API. So a secret has to come from the environment.

const SECRET_HEADER =
  /^(?:proxy-)?authorization$|^cookie$|(?:^|[-_])(?:api)?(?:key|token|secret|password|signature|auth|credentials?)$/i;
const SECRET_VALUE = /^(?:bearer|basic)\s/i;
const SECRET_PARAMETER =
  /^(?:(?:api|app|access|auth|client|secret|private|subscription)?[-_]?(?:key|token|secret|password)|passwd|pwd|sig|signature|auth|authorization|app_?id)$/i;
const USER = /^[^/?#]*\/\/[^/?#]*@/;

/** What an error expects where a secret is written into the file. */
export const EXPECTED_SECRET = 'a secret that comes from the environment as ${NAME}';

/** Whether a header, as the file writes it, shows people a secret. */
export function isHeaderWithSecret(name: string, written: unknown): boolean {
  if (typeof written !== 'string' && typeof written !== 'number') return false;
  const value = String(written);
  return isLiteral(value) && (SECRET_HEADER.test(name) || SECRET_VALUE.test(value));
}

/** Where an address, as the file writes it, shows people a secret: a query parameter, or its user; else nothing. */
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

/** Whether nothing of it is filled in, from the environment or for the day. */
function isLiteral(written: string): boolean {
  return written !== '' && !written.includes('{');
}
