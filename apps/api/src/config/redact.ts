import { inspect } from 'node:util';
import { secretForms } from './secret-values.js';

/** What the datasets file takes from its environment, by the names that it has there. */
export type DatasetVariables = Readonly<Record<string, string>>;

/** Enough for every error that is meant; a source's own words may be as long as its rows. */
const MOST_CHARACTERS = 1_000;
const MOST_CHARACTERS_OF_STACK = 10_000;
/** A shorter value stands in many a text by chance. */
const LEAST_HIDDEN = 4;
/** What stands for the rest of a text that was cut. */
const ELLIPSIS = '…';

/**
 * A text of a source as it may be kept, logged and shown: of about 1,000 characters at most, and with `${NAME}` in the
 * place of each value that the datasets file takes from the environment, since a source may say again what it was
 * asked with. Of a value that the text breaks off in, what is there is hidden as well.
 */
export function redactText(text: string, variables: DatasetVariables): string {
  return redactVariables(shortenText(text, MOST_CHARACTERS), variables);
}

/** The same of anything thrown that is no word of a source, with its stack and its causes: for the log. */
export function redactThrown(thrown: unknown, variables: DatasetVariables): string {
  let text: string;
  try {
    text = inspect(thrown);
  } catch {
    // It may say itself how it is shown.
    text = `something of type ${typeof thrown} that can't be shown`;
  }
  return redactVariables(shortenText(text, MOST_CHARACTERS_OF_STACK), variables);
}

/**
 * A text of so many characters at most; the last of them says that it was longer. U+FFFD stands for what a database
 * does not keep: half a pair, and NUL.
 */
export function shortenText(text: string, most: number): string {
  if (text.length > most) {
    // The cut may fall into a pair; the half of it goes.
    const begin = text.slice(0, most - ELLIPSIS.length).replace(/[\uD800-\uDBFF]$/, '');
    return shortenText(begin + ELLIPSIS, most);
  }
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** Puts the names of variables in the place of their values, of which those of 4 characters or more are hidden. */
export function redactVariables(text: string, variables: DatasetVariables): string {
  const names = new Map(
    Object.entries(variables).flatMap(([name, value]) =>
      spellings(value).map((spelling) => [spelling, name] as const),
    ),
  );
  // The longest first: one may begin with another.
  const values = [...names.keys()].toSorted((a, b) => b.length - a.length);
  const parts = text.split(ELLIPSIS);
  return parts
    .map((part, index) => {
      let redacted = '';
      for (let at = 0; at < part.length;) {
        const isCut = index < parts.length - 1 && part.length - at >= LEAST_HIDDEN;
        const value =
          values.find((one) => part.startsWith(one, at)) ??
          (isCut ? values.find((one) => one.startsWith(part.slice(at))) : undefined);
        redacted += value === undefined ? part.charAt(at) : `\${${names.get(value) ?? ''}}`;
        at += value?.length ?? 1;
      }
      return redacted;
    })
    .join(ELLIPSIS);
}

/** A value in all its forms, also as they stand inside of a JSON text. */
function spellings(value: string): string[] {
  const forms = secretForms(value, LEAST_HIDDEN);
  return forms.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
}
