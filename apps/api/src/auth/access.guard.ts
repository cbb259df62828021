import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { type Caller, Proxies } from '../http/pipeline/caller.js';
import {
  isSafe,
  refuseCrossSite,
  refuseOtherHosts,
  refuseProxied,
  refuseSeveralHosts,
} from '../http/pipeline/request-origin.js';
import type { PreRoute } from '../http/pipeline/pre-router.js';
import { Problem } from '../http/problems/problem.js';
import { accessTo } from './access-rules.js';
import { sessionSecretOf, Sessions } from './sessions.js';
import { TokenGuesses } from './token-guesses.js';
import { Tokens } from './tokens.js';

const ALWAYS = (): boolean => true;

type Known = Pick<Caller, 'identity' | 'maySee'>;
const ANONYMOUS: Known = { identity: null, maySee: ALWAYS };

/**
 * Checks every request before Express: it must name one allowed host, and without tokens come from no proxy; a change must
 * not come from another site, and the caller must have the role for it.
 */
@Injectable()
export class AccessGuard implements PreRoute {
  private readonly allowedHosts: ReadonlySet<string>;
  private readonly proxies: Proxies;

  constructor(
    private readonly tokens: Tokens,
    @Inject(Sessions) private readonly sessions: Pick<Sessions, 'find' | 'isActive'>,
    @Inject(APP_CONFIG)
    { allowedHosts, trustProxy }: Pick<AppConfig, 'allowedHosts' | 'trustProxy'>,
    @Inject(TokenGuesses) private readonly guesses: Pick<TokenGuesses, 'countWrong'>,
  ) {
    this.allowedHosts = new Set(allowedHosts);
    this.proxies = new Proxies(trustProxy);
  }

  /**
   * @throws {Problem} `BAD_REQUEST`, `WRONG_HOST`, `PROXY_NEEDS_TOKENS`, `CROSS_SITE`, `RATE_LIMITED`, `UNAUTHENTICATED`,
   *   `FORBIDDEN`
   */
  handle(request: IncomingMessage): false {
    refuseSeveralHosts(request);
    refuseOtherHosts(request, this.allowedHosts);
    if (!this.tokens.areRequired) refuseProxied(request);
    const { method = '', url = '' } = request;
    const scheme = this.proxies.schemeOf(request);
    if (!isSafe(method)) refuseCrossSite(request, scheme);
    const { identity, maySee } = this.tokens.areRequired ? this.identify(request) : ANONYMOUS;
    const address = this.proxies.addressOf(request);
    request.caller = { identity, maySee, scheme, address };
    if (!this.tokens.areRequired) return false;
    const access = accessTo(method, url);
    // The answer to a login shows by its rate limit whether the token is right.
    const showsToken = access !== 'public' || !isSafe(method);
    const { authorization } = request.headers;
    if (showsToken && authorization !== undefined && identity === null) {
      this.guesses.countWrong(address, authorization);
    }
    if (access === 'public') return false;
    if (identity === null) throw unauthenticated(request);
    if (access === 'operator' && identity.role !== 'operator') {
      throw new Problem(
        'FORBIDDEN',
        `expected an operator, got the ${identity.role} ${identity.name}`,
      );
    }
    return false;
  }

  /** A token is sent on purpose, so it wins over a cookie. */
  private identify({ headers }: IncomingMessage): Known {
    const { authorization, cookie } = headers;
    if (authorization !== undefined) {
      return { identity: this.tokens.findIn(authorization), maySee: ALWAYS };
    }
    const secret = cookie === undefined ? null : sessionSecretOf(cookie);
    const session = secret === null ? null : this.sessions.find(secret);
    if (session === null) return ANONYMOUS;
    return { identity: session.token, maySee: () => this.sessions.isActive(session) };
  }
}

/** The text does not show the received token: one with a typo is still a secret. */
function unauthenticated({ headers }: IncomingMessage): Problem {
  const received =
    headers.authorization !== undefined
      ? 'an Authorization with an unknown token'
      : sessionSecretOf(headers.cookie ?? '') === null
        ? 'neither'
        : 'a session that has ended';
  return new Problem(
    'UNAUTHENTICATED',
    `expected Authorization: Bearer with a token, or the cookie of a session, got ${received}`,
  );
}
