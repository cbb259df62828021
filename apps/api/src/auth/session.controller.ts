import { ROLES, type Role } from '../config/auth-tokens.js';
import { Expected } from '../config/expectation.js';
import { ApiFlag, ApiOneOf, ApiText, Asked, NULLABLE } from '../http/openapi/api-properties.js';
import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { Limited } from '../http/pipeline/rate-limit.guard.js';
import { callerOf } from '../http/pipeline/caller.js';
import { Problem } from '../http/problems/problem.js';
import { LOGGER } from '../logging/logger.js';
import { SESSION_PATH } from './access-rules.js';
import { SESSION_COOKIE, SESSION_MS, sessionSecretOf, Sessions } from './sessions.js';
import { Tokens } from './tokens.js';

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

/** Everybody, where there are no tokens. */
const ANYBODY: SessionDto = { login_needed: false, name: null, role: 'operator' };

@ApiTags('session')
@Controller(SESSION_PATH)
export class SessionController {
  constructor(
    private readonly tokens: Tokens,
    private readonly sessions: Sessions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(200)
  @Limited('logins')
  @ApiOperation({
    operationId: 'login',
    summary: 'Begin a session of the console with a token',
    description: 'The session is a cookie that no script can read. It lasts for 12 hours.',
  })
  @ApiEnvelope(SessionDto, 'Who that is. Where there are no tokens no session begins.')
  @ApiProblems('RATE_LIMITED')
  async login(
    @Body() { token: secret }: LoginDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionDto> {
    if (!this.tokens.areNeeded) return ANYBODY;
    const { address, scheme } = callerOf(request);
    const token = this.tokens.find(secret);
    if (token === null) {
      this.logger.warn({ address }, 'a login with a wrong token');
      throw new Problem('UNAUTHENTICATED', 'expected a token of AUTH_TOKENS, got another text');
    }
    const begun = await this.sessions.begin(token);
    // The one that the browser had before is of no use any more.
    await this.endSessionOf(request);
    response.cookie(SESSION_COOKIE.name, begun.secret, {
      ...SESSION_COOKIE.attributes(scheme === 'https'),
      maxAge: SESSION_MS,
    });
    this.logger.info({ name: token.name, address }, 'a session began');
    return { login_needed: true, name: token.name, role: token.role };
  }

  @Get()
  @ApiOperation({ operationId: 'getSession', summary: 'Who calls' })
  @ApiEnvelope(SessionDto, 'Name and role, or that no login is needed.')
  who(@Req() request: Request): SessionDto {
    const { identity } = callerOf(request);
    if (identity === null) return ANYBODY;
    return { login_needed: true, name: identity.name, role: identity.role };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ operationId: 'logout', summary: 'End the session of the cookie' })
  @ApiResponse({ status: 204, description: 'There is no such session, now or before.' })
  async logout(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.endSessionOf(request);
    // Not before: who is told that it failed needs the cookie to try again.
    const { scheme } = callerOf(request);
    response.clearCookie(SESSION_COOKIE.name, SESSION_COOKIE.attributes(scheme === 'https'));
  }

  private async endSessionOf(request: Request): Promise<void> {
    const secret = sessionSecretOf(request.headers.cookie ?? '');
    if (secret !== null) await this.sessions.end(secret);
  }
}
