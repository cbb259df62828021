import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { secretHash, type AuthToken } from '../config/auth-tokens.js';

const BEARER = /^Bearer +(?<secret>\S+) *$/i;

/** The tokens of `AUTH_TOKENS`. */
@Injectable()
export class Tokens {
  private readonly tokens: readonly AuthToken[];
  /**
   * Tokens by the header that sent them, so that polls do not hash them. A `Map` hashes with a random seed, so the time of
   * a lookup reveals nothing about a token.
   */
  private readonly byHeader = new Map<string, AuthToken>();

  constructor(@Inject(APP_CONFIG) { tokens }: Pick<AppConfig, 'tokens'>) {
    this.tokens = tokens;
  }

  get areRequired(): boolean {
    return this.tokens.length > 0;
  }

  /** The token in an `Authorization` header; null for an unknown one. */
  findIn(authorization: string): AuthToken | null {
    const before = this.byHeader.get(authorization);
    if (before !== undefined) return before;
    const secret = BEARER.exec(authorization)?.groups?.['secret'];
    if (secret === undefined) return null;
    const token = this.find(secret);
    // Only in the usual spelling, so that the map has at most one entry per token.
    if (token !== null && authorization === `Bearer ${secret}`)
      this.byHeader.set(authorization, token);
    return token;
  }

  /** The token with this secret; null for an unknown one. It compares in constant time. */
  find(secret: string): AuthToken | null {
    const bytes = Buffer.from(secretHash(secret), 'hex');
    let match: AuthToken | null = null;
    for (const token of this.tokens) if (timingSafeEqual(token.hash, bytes)) match = token;
    return match;
  }

  /** The token of this name, if it still has this hash. */
  known(name: string, hashInHex: string): AuthToken | null {
    const token = this.tokens.find((candidate) => candidate.name === name);
    return token?.hash.toString('hex') === hashInHex ? token : null;
  }
}
