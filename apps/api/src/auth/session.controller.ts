import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { ROLES, type Role } from '../config/auth-tokens.js';
import { Expected } from '../config/expectation.js';
import { ApiFlag, ApiOneOf, ApiText, Asked, NULLABLE } from '../http/openapi/api-properties.js';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { Limited } from '../http/pipeline/rate-limit.guard.js';
import { callerOf } from '../http/pipeline/caller.js';
import { Problem } from '../http/problems/problem.js';
import { LOGGER } from '../logging/logger.js';
import { SESSION_PATH } from './access-rules.js';
import { SESSION_COOKIE, SESSION_MS, sessionSecretOf, Sessions } from './sessions.js';
import { Tokens } from './tokens.js';

export class LoginDto {
  // Any text: a malformed token is refused like a wrong one, and no error shows it.
  @Asked(
    Expected('a text', (value) => typeof value === 'string', { value: { type: 'string' } }),
    'A token of `AUTH_TOKENS`.',
    'c0ffee0123456789c0ffee0123456789',
  )
  readonly token: string;
}

export class SessionDto {
  @ApiFlag('Whether `AUTH_TOKENS` is set. Without it, every caller is an operator.', true)
  readonly login_needed: boolean;

  @ApiText('The name of the token; null without `AUTH_TOKENS`.', 'ana', NULLABLE)
  readonly name: string | null;

  @ApiOneOf(ROLES, 'A viewer can read, an operator can do everything.', 'operator')
  readonly role: Role;
}

/** Every caller, without `AUTH_TOKENS`. */
const WITHOUT_TOKENS: SessionDto = { login_needed: false, name: null, role: 'operator' };

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
    summary: 'Log in to the console with a token',
    description: 'Starts a session of 12 hours. Its cookie is not readable by scripts.',
  })
  @ApiEnvelope(
    SessionDto,
    'The name and role of the token. Without `AUTH_TOKENS`, no session starts.',
  )
  @ApiProblems('RATE_LIMITED')
  async login(
    @Body() { token: secret }: LoginDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionDto> {
    if (!this.tokens.areRequired) return WITHOUT_TOKENS;
    const { address, scheme } = callerOf(request);
    const token = this.tokens.find(secret);
    if (token === null) {
      this.logger.warn({ address }, 'a login with a wrong token');
      throw new Problem('UNAUTHENTICATED', 'expected a token of AUTH_TOKENS, got another text');
    }
    const begun = await this.sessions.begin(token);
    // The new cookie replaces that of an earlier session.
    await this.endSessionOf(request);
    response.cookie(SESSION_COOKIE.name, begun.secret, {
      ...SESSION_COOKIE.attributes(scheme === 'https'),
      maxAge: SESSION_MS,
    });
    this.logger.info({ name: token.name, address }, 'a session began');
    return { login_needed: true, name: token.name, role: token.role };
  }

  @Get()
  @ApiOperation({ operationId: 'getSession', summary: 'Get the current session' })
  @ApiEnvelope(SessionDto, 'The name and role of the caller, or that no login is needed.')
  who(@Req() request: Request): SessionDto {
    const { identity } = callerOf(request);
    if (identity === null) return WITHOUT_TOKENS;
    return { login_needed: true, name: identity.name, role: identity.role };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ operationId: 'logout', summary: 'Log out' })
  @ApiResponse({ status: 204, description: 'The session has ended.' })
  async logout(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.endSessionOf(request);
    // Only now: after a failure the client needs the cookie to try again.
    const { scheme } = callerOf(request);
    response.clearCookie(SESSION_COOKIE.name, SESSION_COOKIE.attributes(scheme === 'https'));
  }

  private async endSessionOf(request: Request): Promise<void> {
    const secret = sessionSecretOf(request.headers.cookie ?? '');
    if (secret !== null) await this.sessions.end(secret);
  }
}
