import { ROLES, type Role } from '../config/auth-tokens.js';
import { Expected } from '../config/expectation.js';
import { ApiFlag, ApiOneOf, ApiText, Asked, NULLABLE } from '../http/openapi/api-properties.js';

/** A login. */
export class LoginDto {
  // Any text: one that is not as a token has to be is wrong as any other, and is not shown in an error.
  @Asked(
    Expected('a text', (value) => typeof value === 'string', { value: { type: 'string' } }),
    'A token of `AUTH_TOKENS`.',
    'c0ffee0123456789c0ffee0123456789',
  )
  readonly token: string;
}

/** Who calls. */
export class SessionDto {
  @ApiFlag('Whether there are tokens; without any, everybody is an operator.', true)
  readonly login_needed: boolean;

  @ApiText('The name of the token; null where there are none.', 'ana', NULLABLE)
  readonly name: string | null;

  @ApiOneOf(ROLES, 'A viewer reads, an operator does everything.', 'operator') readonly role: Role;
}
