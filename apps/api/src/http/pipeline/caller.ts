import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Role } from '../../config/auth-tokens.js';
import proxyAddr from 'proxy-addr';
import type { TrustedProxies } from '../../config/network.js';

/** Who calls. */
export interface Caller {
  /** By whose token; null where there are no tokens, and where the call needs none. */
  readonly identity: { readonly name: string; readonly role: Role } | null;
  /** Where from, past the proxies that are trusted. */
  readonly address: string;
  /** How it reaches us, past the proxies that are trusted: `http` or `https`. */
  readonly scheme: string;
  /** Whether it may still see what it asked for: false once its session has ended. */
  readonly maySee: () => boolean;
}

declare module 'node:http' {
  interface IncomingMessage {
    /** Set by the gate before anybody else sees the request. */
    caller?: Caller;
  }
}

/**
 * Who calls.
 * @throws {TypeError} for a request that has not come through the gate
 */
export function callerOf({ caller }: IncomingMessage): Caller {
  if (caller === undefined) throw new TypeError('expected a request that came through the gate');
  return caller;
}

/** Whom limits count: the identity, or of a caller without one the address. */
export function countedAs({ identity, address }: Caller): string {
  return identity === null ? `address ${address}` : `name ${identity.name}`;
}

/** By whom a call is: the name of the token; null where there are no tokens. */
export const CallerName = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | null =>
    callerOf(context.switchToHttp().getRequest<IncomingMessage>()).identity?.name ?? null,
);

/** What trusted proxies say of a request, by the conventions of Express' `trust proxy`. */
export class Proxies {
  /** Null where none is trusted: then thousands of polls a second need not look. */
  private readonly trusts: ((address: string, hop: number) => boolean) | null;

  constructor(trusted: TrustedProxies) {
    if (typeof trusted === 'number') this.trusts = trusted === 0 ? null : (_, hop) => hop < trusted;
    else this.trusts = proxyAddr.compile([...trusted]);
  }

  /** The address of the caller: the first that no trusted proxy has. */
  addressOf(request: IncomingMessage): string {
    const { remoteAddress = '' } = request.socket;
    return this.trusts === null ? remoteAddress : proxyAddr(request, this.trusts);
  }

  /** How the caller reaches us: `http` or `https`. */
  schemeOf(request: IncomingMessage): string {
    const { remoteAddress = '' } = request.socket;
    if (this.trusts?.(remoteAddress, 0) !== true) return 'http';
    const told = request.headers['x-forwarded-proto'];
    const [first = 'http'] = (Array.isArray(told) ? told.join() : (told ?? 'http')).split(',');
    return first.trim();
  }
}
