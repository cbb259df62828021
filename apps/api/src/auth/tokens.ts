import { hash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/environment.js';
import type { AuthToken } from '../config/auth-tokens.js';

/** The SHA-256 of a secret, in hexadecimal: what is compared and kept in its place. */
export function secretHash(secret: string): string {
  // In one call, and as text: the fastest way, and every poll with a token goes it.
  return hash('sha256', secret);
}

/** The tokens that are configured. */
@Injectable()
export class Tokens {
  private readonly tokens: readonly AuthToken[];
  /** Those that were found before, by their hash: a poll looks its token up and compares nothing. */
  private readonly found = new Map<string, AuthToken>();

  constructor(@Inject(APP_CONFIG) { tokens }: Pick<AppConfig, 'tokens'>) {
    this.tokens = tokens;
  }

  /** Whether a caller needs one. */
  get areNeeded(): boolean {
    return this.tokens.length > 0;
  }

  /** Whose token a secret is; null for none. How long that takes tells nothing of how much of it was right. */
  find(secret: string): AuthToken | null {
    const hex = secretHash(secret);
    const before = this.found.get(hex);
    if (before !== undefined) return before;
    const bytes = Buffer.from(hex, 'hex');
    let match: AuthToken | null = null;
    for (const token of this.tokens) if (timingSafeEqual(token.hash, bytes)) match = token;
    if (match !== null) this.found.set(hex, match);
    return match;
  }

  /** The token of that name, if its hash still is this. */
  known(name: string, hashInHex: string): AuthToken | null {
    const token = this.tokens.find((candidate) => candidate.name === name);
    return token?.hash.toString('hex') === hashInHex ? token : null;
  }
}
