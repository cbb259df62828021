import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Role } from '../../config/auth-tokens.js';

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
