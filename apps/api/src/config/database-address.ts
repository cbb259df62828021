/** Where the PostgreSQL of an installation is, or why that can't be read. */
export interface DatabaseAddress {
  readonly url: string | null;
  readonly error: { readonly expected: string; readonly received: string } | null;
}

const EXPECTED =
  'the address of a database in PostgreSQL, such as postgres://user:password@host:5432/daysync';

/**
 * Reads `DATABASE_URL`; nothing of it is shown.
 * @param onSecret called with the address and with its password, as written and decoded
 */
export function readDatabaseAddress(
  value: string | undefined,
  onSecret: (secret: string) => void,
): DatabaseAddress {
  if (value === undefined || value === '') return { url: null, error: null };
  onSecret(value);
  const address = URL.parse(value);
  if (address === null) return not('no address');
  if (address.password !== '') {
    onSecret(address.password);
    onSecret(meant(address.password));
  }
  if (address.protocol !== 'postgres:' && address.protocol !== 'postgresql:') {
    return not(`an address that begins with ${address.protocol}`);
  }
  if (address.pathname.length < 2) return not('an address without the name of a database');
  return { url: value, error: null };
}

function not(received: string): DatabaseAddress {
  return { url: null, error: { expected: EXPECTED, received } };
}

function meant(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    // It has a percent sign that stands for itself.
    return password;
  }
}
