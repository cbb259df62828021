import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { type Caller, Proxies } from '../http/pipeline/caller.js';
import { isSafe, refuseCrossSite, refuseOtherHosts } from '../http/pipeline/request-origin.js';
import type { PreRoute } from '../http/pipeline/pre-router.js';
import { Problem } from '../http/problems/problem.js';
import { accessTo } from './access-rules.js';
import { sessionSecretOf, Sessions } from './sessions.js';
import { Tokens } from './tokens.js';

const ALWAYS = (): boolean => true;

type Known = Pick<Caller, 'identity' | 'maySee'>;
const NOBODY: Known = { identity: null, maySee: ALWAYS };

/**
 * What every request passes before anything of it is read: it must name our host, a change must not come from another
 * site, and the caller must be known and have the role for what it asks.
 */
@Injectable()
export class AccessGuard implements PreRoute {
  private readonly allowedHosts: ReadonlySet<string>;
  private readonly proxies: Proxies;

  constructor(
    private readonly tokens: Tokens,
    @Inject(Sessions) private readonly sessions: Pick<Sessions, 'find' | 'goesOn'>,
    @Inject(APP_CONFIG)
    { allowedHosts, trustProxy }: Pick<AppConfig, 'allowedHosts' | 'trustProxy'>,
  ) {
    this.allowedHosts = new Set(allowedHosts);
    this.proxies = new Proxies(trustProxy);
  }

  /** @throws {Problem} `WRONG_HOST`, `CROSS_SITE`, `UNAUTHENTICATED`, `FORBIDDEN` */
  handle(request: IncomingMessage): false {
    refuseOtherHosts(request, this.allowedHosts);
    const { method = '', url = '' } = request;
    const scheme = this.proxies.schemeOf(request);
    if (!isSafe(method)) refuseCrossSite(request, scheme);
    const { identity, maySee } = this.tokens.areNeeded ? this.identify(request) : NOBODY;
    request.caller = { identity, maySee, scheme, address: this.proxies.addressOf(request) };
    if (!this.tokens.areNeeded) return false;
    const access = accessTo(method, url);
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

  /** A token is who one says one is; a cookie comes along by itself, and counts only without one. */
  private identify({ headers }: IncomingMessage): Known {
    const { authorization, cookie } = headers;
    if (authorization !== undefined) {
      return { identity: this.tokens.findIn(authorization), maySee: ALWAYS };
    }
    const secret = cookie === undefined ? null : sessionSecretOf(cookie);
    const session = secret === null ? null : this.sessions.find(secret);
    if (session === null) return NOBODY;
    return { identity: session.token, maySee: () => this.sessions.goesOn(session) };
  }
}

/** What came is not shown: a token that is wrong by a letter is still a secret. */
function unauthenticated({ headers }: IncomingMessage): Problem {
  const came =
    headers.authorization !== undefined
      ? 'an Authorization that nobody here has'
      : sessionSecretOf(headers.cookie ?? '') === null
        ? 'neither'
        : 'a session that has ended';
  return new Problem(
    'UNAUTHENTICATED',
    `expected Authorization: Bearer with a token, or the cookie of a session, got ${came}`,
  );
}
