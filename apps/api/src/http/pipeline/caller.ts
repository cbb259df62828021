import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import proxyAddr from 'proxy-addr';
import type { Role } from '../../config/auth-tokens.js';
import { callerNetwork, type TrustedProxies } from '../../config/network.js';

export interface Caller {
  /** Null without `AUTH_TOKENS`, and for a public request without a token. */
  readonly identity: { readonly name: string; readonly role: Role } | null;
  /** The address of the client, behind trusted proxies. */
  readonly address: string;
  /** `http` or `https`, as the client sent it to the first trusted proxy. */
  readonly scheme: string;
  /** False once its session has ended: its event streams then end as well. */
  readonly maySee: () => boolean;
}

declare module 'http' {
  interface IncomingMessage {
    /** Set by the access guard, before Express. */
    caller?: Caller;
  }
}

/**
 * The caller of a request.
 * @throws {TypeError} for a request that has not passed the access guard
 */
export function callerOf({ caller }: IncomingMessage): Caller {
  if (caller === undefined) throw new TypeError('expected a request that passed the access guard');
  return caller;
}

/** The key by which limits count: the name of the token, or where a caller without one calls from. */
export function countedAs({ identity, address }: Caller): string {
  return identity === null ? `address ${callerNetwork(address)}` : `name ${identity.name}`;
}

/** The name of the caller's token; null without `AUTH_TOKENS`. */
export const CallerName = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | null =>
    callerOf(context.switchToHttp().getRequest<IncomingMessage>()).identity?.name ?? null,
);

/** Reads the headers of trusted proxies, by the conventions of Express' `trust proxy`. */
export class Proxies {
  /** Null if no proxy is trusted, so that polls skip the check. */
  private readonly trusts: ((address: string, hop: number) => boolean) | null;

  constructor(trusted: TrustedProxies) {
    if (typeof trusted === 'number') this.trusts = trusted === 0 ? null : (_, hop) => hop < trusted;
    else this.trusts = proxyAddr.compile([...trusted]);
  }

  /** The address of the client: the first one that belongs to no trusted proxy. */
  addressOf(request: IncomingMessage): string {
    const { remoteAddress = '' } = request.socket;
    return this.trusts === null ? remoteAddress : proxyAddr(request, this.trusts);
  }

  /** `http` or `https`. */
  schemeOf(request: IncomingMessage): string {
    const { remoteAddress = '' } = request.socket;
    if (this.trusts?.(remoteAddress, 0) !== true) return 'http';
    const forwarded = request.headers['x-forwarded-proto'];
    const [first = 'http'] = (
      Array.isArray(forwarded) ? forwarded.join() : (forwarded ?? 'http')
    ).split(',');
    return first.trim();
  }
}
