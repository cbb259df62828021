import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { secretHash, type AuthToken } from '../config/auth-tokens.js';

const BEARER = /^Bearer +(?<secret>\S+) *$/i;

/** The tokens that are configured. */
@Injectable()
export class Tokens {
  private readonly tokens: readonly AuthToken[];
  /**
   * Those that came before, by the header that they came in: of thousands of polls a second none is hashed. A table
   * looks texts up by a hash of its own, with a seed that nobody knows: how long that takes tells no more of a token.
   */
  private readonly came = new Map<string, AuthToken>();

  constructor(@Inject(APP_CONFIG) { tokens }: Pick<AppConfig, 'tokens'>) {
    this.tokens = tokens;
  }

  /** Whether a caller needs one. */
  get areNeeded(): boolean {
    return this.tokens.length > 0;
  }

  /** Whose token an `Authorization` header brings; null for nobody's. */
  findIn(authorization: string): AuthToken | null {
    const before = this.came.get(authorization);
    if (before !== undefined) return before;
    const secret = BEARER.exec(authorization)?.groups?.['secret'];
    if (secret === undefined) return null;
    const token = this.find(secret);
    // Written in the usual way alone: there are as many of these as tokens.
    if (token !== null && authorization === `Bearer ${secret}`) this.came.set(authorization, token);
    return token;
  }

  /** Whose token a secret is; null for nobody's. How long that takes tells nothing of how much of it was right. */
  find(secret: string): AuthToken | null {
    const bytes = Buffer.from(secretHash(secret), 'hex');
    let match: AuthToken | null = null;
    for (const token of this.tokens) if (timingSafeEqual(token.hash, bytes)) match = token;
    return match;
  }

  /** The token of that name, if its hash still is this. */
  known(name: string, hashInHex: string): AuthToken | null {
    const token = this.tokens.find((candidate) => candidate.name === name);
    return token?.hash.toString('hex') === hashInHex ? token : null;
  }
}
