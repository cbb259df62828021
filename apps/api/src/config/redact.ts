import { inspect } from 'node:util';
import { secretForms } from './secret-values.js';

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

/**
 * Cuts a text to at most so many characters, with an ellipsis at the end. U+FFFD replaces what a database cannot store:
 * half a surrogate pair, and NUL.
 */
export function shortenText(text: string, most: number): string {
  if (text.length > most) {
    // The cut may split a surrogate pair; its half is removed.
    const begin = text.slice(0, most - ELLIPSIS.length).replace(/[\uD800-\uDBFF]$/, '');
    return shortenText(begin + ELLIPSIS, most);
  }
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** Replaces the values of variables, if they have at least 4 characters, by their names. */
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

/** A value in all its forms, also escaped for JSON. */
function spellings(value: string): string[] {
  const forms = secretForms(value, LEAST_HIDDEN);
  return forms.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
}
