import { lookup as resolveName, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { isPublicAddress } from '../config/public-address.js';

/** A connection that is not made: it would lead to an address that not all the world reaches. */
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

/** Who knows about names and addresses. */
interface Guard {
  /** @default the system's own */
  readonly resolve?: Lookup;
  readonly isPublic?: (address: string) => boolean;
}

/**
 * Makes connections of HTTP/1.1 to public addresses alone. What is checked is what is connected to: between the two nobody asks
 * for the name again, so that it can not lead elsewhere by then.
 */
export function guardedConnector(
  timeoutMs: number,
  { isPublic = isPublicAddress, resolve = resolveName }: Guard = {},
): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    // The connector's own default is another one, whatever its pool says.
    allowH2: false,
    lookup: guarded(resolve, isPublic),
  } as Options);
  return (options, connected) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    // Nobody is asked for the name of an address.
    if (isIP(host) !== 0 && !isPublic(host)) connected(new BlockedAddressError(), null);
    else connect(options, connected);
  };
}

/** All addresses of a name, if each of them is public: one that is not makes the others suspicious. */
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
