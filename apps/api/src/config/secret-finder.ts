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

/** A text as bytes in one spelling of many, with where in the text each byte comes from. */
interface PlainText {
  /** One character a byte. */
  readonly bytes: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** The least of a secret that counts at the end of a text that was cut there. */
const LEAST_OF_CUT = 4;
/** `%41`, also encoded again: `%2541`. */
const PERCENT = /%(?:25)*(?<byte>[\da-f]{2})/iy;
/** An escape of JSON, also escaped again. Two that belong together are one character. */
const ESCAPE =
  /\\+(?:(?<units>ud[89ab][\da-f]{2}\\+ud[c-f][\da-f]{2}|u[\da-f]{4})|(?<letter>[bfnrt"/]))?/iy;
/** An escape that a cut has left incomplete. */
const CUT_ESCAPE = /(?:%(?:25)*[\da-f]?|\\+(?:u[\da-f]{0,3})?)$/i;
const LETTERS = new Map(Object.entries({ b: 8, f: 12, n: 10, r: 13, t: 9, '"': 34, '/': 47 }));
const [PERCENT_SIGN, BACKSLASH, PLUS, SPACE] = [0x25, 0x5c, 0x2b, 0x20];
const [UPPER_A, UPPER_Z, TO_LOWER, ASCII_END] = [0x41, 0x5a, 0x20, 0x80];
/** A label of a host name in Punycode. */
const PUNYCODE = /\bxn--[\da-z-]+/gi;

/**
 * Finds secrets in texts, in whatever case and encoding: percent-encoded or with `+` for a space, escaped for JSON, in
 * Base64, and as a URL parser writes them, which drops tabs, writes a host in lower case or in Punycode, and so on.
 * Texts and secrets are brought to one spelling, and compared in that.
 */
export class SecretFinder {
  private readonly secrets: readonly { readonly bytes: string; readonly shown: string }[];

  /** @param shortest a shorter value is not searched for, because it appears in texts by chance */
  constructor(secrets: readonly Secret[], shortest: number) {
    const forms = new Map<string, string>();
    for (const { value, shown } of secrets) {
      for (const form of formsOf(value, shortest)) {
        const { bytes } = plainTextOf(form);
        if (!forms.has(bytes)) forms.set(bytes, shown);
      }
    }
    // The longest first: one secret may begin with another.
    this.secrets = [...forms]
      .map(([bytes, shown]) => ({ bytes, shown }))
      .sort((a, b) => b.bytes.length - a.bytes.length);
  }

  /** Whether a text has a secret. */
  isIn(text: string): boolean {
    return this.find(text, false).length > 0;
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
    if (this.secrets.length === 0) return [];
    return joined([...this.inPlain(text, isCut), ...this.inPunycode(text)]);
  }

  private inPlain(text: string, isCut: boolean): SecretRange[] {
    const plain = plainTextOf(isCut ? text.replace(CUT_ESCAPE, '') : text);
    const ranges: SecretRange[] = [];
    for (const { bytes, shown } of this.secrets) {
      for (let at = plain.bytes.indexOf(bytes); at >= 0; at = plain.bytes.indexOf(bytes, at + 1)) {
        const [from = 0, to = 0] = [plain.starts[at], plain.ends[at + bytes.length - 1]];
        ranges.push({ from, to, shown });
      }
    }
    const cut = isCut ? this.atEnd(plain) : undefined;
    if (cut !== undefined) ranges.push({ from: cut.from, to: text.length, shown: cut.shown });
    return ranges;
  }

  /** The longest end of a text that a secret begins with. */
  private atEnd(plain: PlainText): { readonly from: number; readonly shown: string } | undefined {
    const end = plain.bytes.length;
    const longest = Math.min(end, this.secrets[0]?.bytes.length ?? 0);
    for (let length = longest; length >= LEAST_OF_CUT; length -= 1) {
      const rest = plain.bytes.slice(end - length);
      const secret = this.secrets.find(({ bytes }) => bytes.startsWith(rest));
      if (secret !== undefined) {
        return { from: plain.starts[end - length] ?? 0, shown: secret.shown };
      }
    }
    return undefined;
  }

  private inPunycode(text: string): SecretRange[] {
    return [...text.matchAll(PUNYCODE)].flatMap(({ 0: label, index }) => {
      const { bytes } = plainTextOf(domainToUnicode(label));
      const secret = this.secrets.find((candidate) => bytes.includes(candidate.bytes));
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
    // Only the letters of ASCII have one case there.
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
  const host = URL.parse(`http://${secret}/`);
  const isHost = host !== null && host.href === `http://${host.hostname}/`;
  return [
    after('http://host/'),
    after('http://host/?'),
    isHost ? host.hostname : '',
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

/** Brings a text to its one spelling: UTF-8 without escapes, the letters of ASCII in lower case, a space for `+`. */
function plainTextOf(text: string): PlainText {
  const starts: number[] = [];
  const ends: number[] = [];
  let bytes = '';
  const add = (byte: number, from: number, to: number): void => {
    bytes += String.fromCharCode(evenOut(byte));
    starts.push(from);
    ends.push(to);
  };
  for (let at = 0; at < text.length;) {
    const code = text.codePointAt(at) ?? 0;
    if (code === PERCENT_SIGN || code === BACKSLASH) {
      const { length, value } = escapeAt(text, at);
      for (const byte of value) add(byte, at, at + length);
      at += length;
    } else if (code < ASCII_END) {
      add(code, at, at + 1);
      at += 1;
    } else {
      const character = String.fromCodePoint(code);
      for (const byte of Buffer.from(character)) add(byte, at, at + character.length);
      at += character.length;
    }
  }
  return { bytes, starts, ends };
}

function evenOut(byte: number): number {
  if (byte >= UPPER_A && byte <= UPPER_Z) return byte + TO_LOWER;
  return byte === PLUS ? SPACE : byte;
}

/** The escape at a place of a text: its length there, and the bytes that it stands for. */
function escapeAt(
  text: string,
  at: number,
): { readonly length: number; readonly value: Iterable<number> } {
  const pattern = text.charCodeAt(at) === BACKSLASH ? ESCAPE : PERCENT;
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  // A lone % is literal.
  if (match === null) return { length: 1, value: [PERCENT_SIGN] };
  const { byte, units, letter } = match.groups ?? {};
  const { length } = match[0];
  if (byte !== undefined) return { length, value: [Number.parseInt(byte, 16)] };
  if (units !== undefined) return { length, value: Buffer.from(charactersOf(units)) };
  // Any other backslash is dropped, because escapes add more of them.
  const code = letter === undefined ? undefined : LETTERS.get(letter.toLowerCase());
  return { length, value: code === undefined ? [] : [code] };
}

/** The characters of escapes such as `\ud83d\ude00`. */
function charactersOf(units: string): string {
  const codes = [...units.matchAll(/u(?<unit>[\da-f]{4})/gi)].map(({ groups }) =>
    Number.parseInt(groups?.['unit'] ?? '', 16),
  );
  return String.fromCharCode(...codes);
}
