import { inspect } from 'node:util';
import { hideNamedSecrets } from './named-secrets.js';
import { SecretFinder } from './secret-finder.js';

/** The values that the datasets file uses from the environment, by name. */
export type DatasetVariables = Readonly<Record<string, string>>;

/** Enough for every real error; a source's message may be as long as its rows. */
const MOST_CHARACTERS = 1_000;
const MOST_CHARACTERS_OF_STACK = 10_000;
/** A shorter value appears in texts by chance. */
const LEAST_HIDDEN = 4;
/** Replaces the rest of a text that was cut. */
const ELLIPSIS = '…';

/**
 * A text of a source in the form that may be stored, logged and shown: cut to 1,000 characters, and with `${NAME}` for
 * each value from the environment, because a source may repeat its request. A value that is cut at the end of the text
 * is redacted too.
 */
export function redactText(text: string, variables: DatasetVariables): string {
  return redactVariables(shortenText(text, MOST_CHARACTERS), variables);
}

/** Of a body, so that it says what went wrong. */
const MOST_CHARACTERS_OF_BODY = 2_048;

/** The same for the body of an answer, of which 2,048 characters stay; what it names as a secret is hidden too. */
export function redactBody(body: string, variables: DatasetVariables): string {
  const shortened = shortenText(body, MOST_CHARACTERS_OF_BODY);
  return hideNamedSecrets(redactVariables(shortened, variables));
}

/** The same for a thrown value, with its stack and its causes, for the log. */
export function redactThrown(thrown: unknown, variables: DatasetVariables): string {
  let text: string;
  try {
    text = inspect(thrown);
  } catch {
    // It may have an inspect function of its own that throws.
    text = `something of type ${typeof thrown} that can't be shown`;
  }
  return redactVariables(shortenText(text, MOST_CHARACTERS_OF_STACK), variables);
}

/** A text that a database can store: U+FFFD replaces half a surrogate pair, and NUL. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** Makes a text storable, and cuts it to at most so many characters, with an ellipsis at the end. */
export function shortenText(text: string, most: number): string {
  if (text.length > most) {
    // The cut may split a surrogate pair; its half is removed.
    const begin = text.slice(0, most - ELLIPSIS.length).replace(/[\uD800-\uDBFF]$/, '');
    return shortenText(begin + ELLIPSIS, most);
  }
  return storableText(text);
}

/** One for each set of variables: errors of a source may come by the thousand. */
const finders = new WeakMap<DatasetVariables, SecretFinder>();

/** Replaces the values of variables, if they have at least 4 characters, by their names. */
export function redactVariables(text: string, variables: DatasetVariables): string {
  const finder = finderOf(variables);
  const parts = text.split(ELLIPSIS);
  return parts.map((part, index) => finder.redact(part, index < parts.length - 1)).join(ELLIPSIS);
}

function finderOf(variables: DatasetVariables): SecretFinder {
  const known = finders.get(variables);
  if (known !== undefined) return known;
  const secrets = Object.entries(variables).map(([name, value]) => ({
    value,
    shown: `\${${name}}`,
  }));
  const finder = new SecretFinder(secrets, LEAST_HIDDEN);
  finders.set(variables, finder);
  return finder;
}
