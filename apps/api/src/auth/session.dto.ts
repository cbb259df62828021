import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../config/auth-tokens.js';
import { Expected } from '../config/expectation.js';

/** A login. */
export class LoginDto {
  @ApiProperty({
    type: String,
    description: 'A token of `AUTH_TOKENS`.',
    example: 'c0ffee0123456789c0ffee0123456789',
  })
  // Any text: one that is not as a token has to be is wrong as any other, and is not shown in an error.
  @Expected('a text', (value) => typeof value === 'string')
  readonly token: string;
}

/** Who calls. */
export class SessionDto {
  @ApiProperty({
    type: Boolean,
    description: 'Whether there are tokens; without any, everybody is an operator.',
    example: true,
  })
  readonly login_needed: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The name of the token; null where there are none.',
    example: 'ana',
  })
  readonly name: string | null;

  @ApiProperty({
    enum: ROLES,
    description: 'A viewer reads, an operator does everything.',
    example: 'operator',
  })
  readonly role: Role;
}
