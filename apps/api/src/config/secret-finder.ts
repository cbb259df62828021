import { domainToUnicode } from 'node:url';

/** A secret, and what is shown in its place. */
export interface Secret {
  readonly value: string;
  readonly shown: string;
}

/** A part of a text, which a secret takes up. */
interface SecretRange {
  readonly from: number;
  readonly to: number;
  readonly shown: string;
}

/** A part of a text. */
interface SecretPlace {
  readonly from: number;
  readonly to: number;
}

/** The least of a secret that counts at the end of a text that was cut there. */
const LEAST_OF_CUT = 4;
/**
 * An escape: `%41`, also encoded again as `%2541`; one of JSON, also escaped again; or another backslash, which is dropped
 * because escapes add more of them. Two escapes of JSON that belong together are one character.
 */
const ESCAPE =
  /%(?:25)*(?<byte>[\da-f]{2})|\\+(?:(?<units>ud[89ab][\da-f]{2}\\+ud[c-f][\da-f]{2}|u[\da-f]{4})|(?<letter>[bfnrt"/]))?/gi;
/** An escape that a cut has left incomplete. It begins with the first of its backslashes: to try each takes too long. */
const CUT_ESCAPE = /(?:%(?:25)*[\da-f]?|(?<!\\)\\+(?:u[\da-f]{0,3})?)$/i;
const LETTERS = new Map(Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }));
/** A label of a host name in Punycode. */
const PUNYCODE = /\bxn--[\da-z-]+/gi;

/**
 * Finds secrets in texts, in whatever case and encoding: percent-encoded or with `+` for a space, escaped for JSON, in
 * Base64, and as a URL parser writes them, which drops tabs, writes a host in lower case or in Punycode, and so on.
 * Texts and secrets are brought to one spelling, and compared in that.
 */
export class SecretFinder {
  private readonly secrets: readonly { readonly bytes: string; readonly shown: string }[];

  /** @param shortest a value that is shorter, as it is or without its escapes, is not searched for: it is in texts by chance */
  constructor(secrets: readonly Secret[], shortest: number) {
    const forms = new Map<string, string>();
    for (const { value, shown } of secrets) {
      for (const form of formsOf(value, shortest)) {
        const bytes = plainTextOf(form);
        // Little may be left of a secret that looks like escapes: nothing of `\\\\\\`, and `xxx` of `\x\x\x`.
        if (bytes.length >= shortest && !forms.has(bytes)) forms.set(bytes, shown);
      }
    }
    // The longest first: one secret may begin with another.
    this.secrets = [...forms]
      .map(([bytes, shown]) => ({ bytes, shown }))
      .sort((a, b) => b.bytes.length - a.bytes.length);
  }

  /** Whether a text has a secret. */
  isIn(text: string): boolean {
    const plain = plainTextOf(text);
    return (
      this.secrets.some(({ bytes }) => plain.includes(bytes)) || this.inPunycode(text).length > 0
    );
  }

  /**
   * Replaces the secrets of a text.
   * @param isCut whether the text was cut at its end, so that a secret may be incomplete there
   */
  redact(text: string, isCut = false): string {
    let redacted = '';
    let at = 0;
    for (const { from, to, shown } of this.find(text, isCut)) {
      redacted += text.slice(at, from) + shown;
      at = to;
    }
    return redacted + text.slice(at);
  }

  /** The parts of a text that are secret, in their order and without overlaps. */
  private find(text: string, isCut: boolean): readonly SecretRange[] {
    const whole = isCut ? text.replace(CUT_ESCAPE, '') : text;
    const plain = plainTextOf(whole);
    const found = this.secrets.filter(({ bytes }) => plain.includes(bytes));
    const cut = isCut ? this.atEnd(plain) : undefined;
    const inPunycode = this.inPunycode(text);
    // Most texts have no secret. Where each byte comes from takes ten times as long to find.
    if (found.length === 0 && cut === undefined) return joined(inPunycode);
    const places = placesOf(whole);
    const ranges = found.flatMap(({ bytes, shown }) =>
      allIn(plain, bytes).map((at) => ({
        from: places[at]?.from ?? 0,
        to: places[at + bytes.length - 1]?.to ?? 0,
        shown,
      })),
    );
    if (cut !== undefined) {
      ranges.push({ from: places[cut.at]?.from ?? 0, to: text.length, shown: cut.shown });
    }
    return joined([...ranges, ...inPunycode]);
  }

  /** Where the longest end of a text begins with which a secret begins. */
  private atEnd(plain: string): { readonly at: number; readonly shown: string } | undefined {
    if (plain.length < LEAST_OF_CUT) return undefined;
    const last = plain.slice(-LEAST_OF_CUT);
    let longest: { readonly at: number; readonly shown: string } | undefined;
    for (const { bytes, shown } of this.secrets) {
      for (const index of allIn(bytes, last)) {
        const at = plain.length - index - LEAST_OF_CUT;
        const isLonger = at >= 0 && (longest === undefined || at < longest.at);
        if (isLonger && plain.endsWith(bytes.slice(0, index + LEAST_OF_CUT)))
          longest = { at, shown };
      }
    }
    return longest;
  }

  private inPunycode(text: string): SecretRange[] {
    if (!/xn--/i.test(text)) return [];
    return [...text.matchAll(PUNYCODE)].flatMap(({ 0: label, index }) => {
      const plain = plainTextOf(domainToUnicode(label));
      const secret = this.secrets.find(({ bytes }) => plain.includes(bytes));
      return secret === undefined
        ? []
        : [{ from: index, to: index + label.length, shown: secret.shown }];
    });
  }
}

/** The ranges in their order, those that overlap as one. */
function joined(ranges: readonly SecretRange[]): readonly SecretRange[] {
  const inOrder = [...ranges].sort((a, b) => a.from - b.from || b.to - a.to);
  const joint: SecretRange[] = [];
  for (const range of inOrder) {
    const last = joint.at(-1);
    if (last === undefined || range.from >= last.to) joint.push(range);
    else if (range.to > last.to) joint[joint.length - 1] = { ...last, to: range.to };
  }
  return joint;
}

/** The forms of a secret that differ in more than {@link plainTextOf} evens out. */
function formsOf(value: string, shortest: number): readonly string[] {
  const isLong = (text: string): boolean => text.length >= shortest;
  return [value, ...credentialsIn(value)].filter(isLong).flatMap((secret) => {
    const bytes = Buffer.from(secret);
    // There the letters beyond Latin have their case.
    const inCases = [secret, secret.toLowerCase(), secret.toUpperCase()];
    return [
      ...inCases,
      ...parsedForms(secret).filter(isLong),
      bytes.toString('base64'),
      bytes.toString('base64url'),
    ];
  });
}

/** A secret as it stands in an address after a URL parser (WHATWG URL) and in a header: in a path, a query, a host. */
function parsedForms(secret: string): readonly string[] {
  const after = (begin: string): string =>
    URL.parse(begin + secret)?.href.slice(begin.length) ?? '';
  const host = URL.parse(`http://${secret}/`)?.hostname ?? '';
  const isHost = after('http://') === `${host}/`;
  return [
    after('http://host/'),
    after('http://host/?'),
    isHost ? host : '',
    URL.parse(secret)?.href ?? '',
    secret.trim(),
    // As a host is normalized.
    secret.normalize('NFKC').toLowerCase(),
  ];
}

/** The credentials of an address: `user:password`, and the password alone, as written and decoded. */
function credentialsIn(value: string): readonly string[] {
  const url = URL.parse(value);
  if (url === null || url.password === '') return [];
  const { username, password } = url;
  return [`${decoded(username)}:${decoded(password)}`, password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // A lone % is literal.
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}

/**
 * Brings a text to its one spelling: UTF-8 without escapes, in lower case, a space for `+`.
 * @returns one character a byte
 */
function plainTextOf(text: string): string {
  const bytes = bytesOf(text);
  // Most texts have no escapes.
  if (!bytes.includes('%') && !bytes.includes('\\')) return evenOut(bytes);
  return evenOut(bytes.replace(ESCAPE, (...match) => unescaped(groupsOf(match))));
}

/** Where in a text each byte of {@link plainTextOf} comes from. */
function placesOf(text: string): readonly SecretPlace[] {
  const places: SecretPlace[] = [];
  const add = (count: number, from: number, to: number): void => {
    for (let byte = 0; byte < count; byte += 1) places.push({ from, to });
  };
  let at = 0;
  const addLiteral = (end: number): void => {
    for (const character of text.slice(at, end)) {
      add(bytesOf(character).length, at, at + character.length);
      at += character.length;
    }
  };
  for (const { 0: escape, index, groups = {} } of text.matchAll(ESCAPE)) {
    addLiteral(index);
    add(unescaped(groups).length, index, index + escape.length);
    at = index + escape.length;
  }
  addLiteral(text.length);
  return places;
}

function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** One case, and a space for `+`; the length stays. */
function evenOut(bytes: string): string {
  return bytes.toLowerCase().replaceAll('+', ' ');
}

type EscapeGroups = Readonly<Record<string, string | undefined>>;

/** The last argument of the callback of `replace`. */
function groupsOf(match: readonly unknown[]): EscapeGroups {
  return match.at(-1) as EscapeGroups;
}

/** The bytes that an escape stands for. */
function unescaped({ byte, units, letter }: EscapeGroups): string {
  if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16));
  if (units !== undefined) return bytesOf(charactersOf(units));
  return letter === undefined ? '' : (LETTERS.get(letter.toLowerCase()) ?? letter);
}

/** The characters of escapes such as `\ud83d\ude00`. */
function charactersOf(units: string): string {
  const codes = [...units.matchAll(/u(?<unit>[\da-f]{4})/gi)].map(({ groups }) =>
    Number.parseInt(groups?.['unit'] ?? '', 16),
  );
  return String.fromCharCode(...codes);
}

/** Every place at which a text has a part. */
function allIn(text: string, part: string): readonly number[] {
  const found: number[] = [];
  if (part === '') return found;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found.push(at);
  return found;
}
