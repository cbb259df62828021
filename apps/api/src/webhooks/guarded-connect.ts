import { lookup as resolveName, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { isPublicAddress } from '../config/network.js';

/** The connection would lead to a private address. */
export class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError';
}

type Answered = (
  error: Error | null,
  addresses: string | readonly LookupAddress[],
  family?: number,
) => void;
type Options = buildConnector.BuildOptions;
type Lookup = (name: string, options: LookupOptions, answered: Answered) => void;

interface Guard {
  /** @default the system's own */
  readonly resolve?: Lookup;
  readonly isPublic?: (address: string) => boolean;
}

/**
 * Connects by HTTP/1.1, to public addresses only. It checks the very address that it connects to: a second look-up of the
 * name could give another one.
 */
export function guardedConnector(
  timeoutMs: number,
  { isPublic = isPublicAddress, resolve = resolveName }: Guard = {},
): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    // The connector ignores the setting of its pool.
    allowH2: false,
    lookup: guarded(resolve, isPublic),
  } as Options);
  return (options, connected) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    // An address is not looked up.
    if (isIP(host) !== 0 && !isPublic(host)) connected(new BlockedAddressError(), null);
    else connect(options, connected);
  };
}

/** Looks a name up, and refuses it if any of its addresses is private. */
function guarded(resolve: Lookup, isPublic: (address: string) => boolean): Lookup {
  return (name, options, answered) => {
    resolve(name, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        answered(error, []);
        return;
      }
      const addresses = found as readonly LookupAddress[];
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isPublic(address))) {
        answered(new BlockedAddressError(), []);
      } else if (options.all === true) answered(null, addresses);
      else answered(null, first.address, first.family);
    });
  };
}
