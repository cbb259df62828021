import { freeName, nameFrom } from '../column-names.js';
import type { Variable } from '../init-source.js';

/** A piece of an address: a secret, or what stands between secrets. */
interface AddressPart {
  readonly text: string;
  readonly isSecret: boolean;
}

/** An address up to its password, the password, and the rest; an unescaped @ may be in the password. */
const WITH_PASSWORD = /^([^/]*\/\/[^:/@]*:)([^/?#]*)(@.*)$/;
/** The same in its parameters, as in `?password=…`. */
const PARAMETER = /([?&](?:ssl)?password=)([^&]+)/gi;

function partsOf(address: string): readonly AddressPart[] {
  const [, before, password = '', after = ''] = WITH_PASSWORD.exec(address) ?? [];
  if (before === undefined) return parametersOf(address);
  return [
    { text: before, isSecret: false },
    { text: password, isSecret: true },
    ...parametersOf(after),
  ];
}

function parametersOf(text: string): readonly AddressPart[] {
  // A split by two groups: what is between, the name, the secret, and so on.
  return text.split(PARAMETER).map((piece, index) => ({ text: piece, isSecret: index % 3 === 2 }));
}

/** Whether a variable of the environment can have a secret: nothing uses its name for another one. */
export type VariableCheck = (name: string, secret: string) => boolean;

/** The address of a database with its secrets as variables of the environment. */
export function writtenAddress(
  address: string,
  table: string,
  isFree: VariableCheck,
): { readonly url: string; readonly variables: readonly Variable[] } {
  const wanted = `${(nameFrom(table) ?? 'source').toUpperCase()}_PASSWORD`;
  const values = new Map<string, string>();
  const url = partsOf(address).map(({ text, isSecret }) => {
    if (!isSecret || text === '') return text;
    const name = freeName(wanted, (one) => !values.has(one) && isFree(one, text));
    values.set(name, text);
    return `\${${name}}`;
  });
  const variables = [...values].map(([name, value]) => ({ name, value }));
  return { url: url.join(''), variables };
}

/** The address as it may be printed. */
export function hideSecrets(address: string): string {
  return partsOf(address)
    .map(({ text, isSecret }) => (isSecret ? '…' : text))
    .join('');
}
