import type { IncomingMessage } from 'node:http';
import proxyAddr from 'proxy-addr';
import type { TrustedProxies } from '../../config/network.js';

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
