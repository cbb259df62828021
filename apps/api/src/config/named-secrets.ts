// What a text names as a secret: `"token": "…"`, `password=…`, `<secret>…</secret>`, a header or an address with a password.
// The text is read once from its beginning to its end, so the time grows with its length alone.

const HIDDEN = '***';
const ELLIPSIS = '…';

/** An identifier, or what Chinese texts call a secret. */
const NAME = /[A-Za-z][\w-]*|密码|口令|令牌|密钥|私钥/g;
/** The words of an identifier, in whatever case it is written. */
const BETWEEN_WORDS = /[_-]+|(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/;
/** Words that name a secret, also at the end of a longer word: `accesstoken`. */
const SECRET_ENDINGS = [
  ...['token', 'secret', 'password', 'passwd', 'passphrase', 'passcode', 'pwd', 'signature'],
  ...['authorization', 'credential', 'cookie', 'session', 'sessionid', 'sessid', 'apikey'],
  ...['密码', '口令', '令牌', '密钥', '私钥'],
];
const SECRET_WORDS = new Set(['pass', 'jwt', 'csrf', 'xsrf', 'sig', 'bearer']);
/** Of two words: `api_key`, `privateKey`. */
const SECRET_KEY = /(?:api|private|access|secret|shared|signing|session|encryption)key/;
/** The first of the two, where a space stands between them. */
const BEFORE_KEY = /(?:api|private|access|secret|shared|signing|session|encryption)[ \t]$/i;
/** Words behind these: what the name has is about the secret, and is not it. */
const ABOUT = new Set([
  ...['type', 'error', 'status', 'state', 'expired', 'expires', 'expire', 'expiry', 'expiration'],
  ...['required', 'invalid', 'valid', 'missing', 'count', 'policy', 'limit', 'length', 'size'],
  ...['url', 'uri', 'endpoint', 'message', 'reason', 'response', 'request', 'name', 'ttl', 'age'],
  ...['usage', 'used', 'remaining', 'algorithm', 'method', 'format', 'header', 'version'],
]);
/** Of such words an error is made, and no secret: "token: expired", "password: must have at least …". */
const ORDINARY = new Set(
  `a an the this that your our it is was are were be been has have had must may can can't cannot could should will not no
  none null nil undefined unknown true false yes on off empty blank present expired expires invalid valid missing required
  absent wrong bad incorrect malformed mismatch rejected refused denied revoked disabled enabled locked closed open opened
  ended active inactive failed failure error verified unverified unauthorized unauthorised forbidden found changed reset
  already too short long weak with without for of in to by from and or at least most more than character characters only
  does do did doesn't isn't wasn't match matched contain contains included supplied provided given sent received please try
  again access refresh header field value parameter user account login log timeout timed out after before since until ago
  token secret password signature authorization credential credentials cookie session key api private allowed supported
  exist exists permission permissions insufficient signed`.split(/\s+/),
);
const PROSE = /^[\p{L}\d'’\s.,;:!?()。，；：！？、（）-]*$/u;
/** A word of Chinese, or a small number. */
const ORDINARY_WORD = /^(?:\p{Script=Han}+|\d{1,3})$/u;

const QUOTE = String.raw`\\*(?:["']|u002[27])|&(?:quot|apos|#3[49]|#x2[27]);|%2[27]`;
const QUOTE_HERE = new RegExp(QUOTE, 'iy');
const ANY_QUOTE = new RegExp(QUOTE, 'gi');
/** Between a name and its value. The second part is that of `name="csrf-token" content="…"`. */
const SEPARATOR = new RegExp(
  String.raw`(?:\]|%5d)?(?:${QUOTE})?(?:[ \t](?:provided|given|received|supplied|sent|is))?\s{0,9}(?:=>|:(?!:)|：|={1,3}|%(?:25)*3[da])\s{0,9}` +
    String.raw`|(?:${QUOTE})[\s,]{0,9}(?:${QUOTE})?(?:value|content)(?:${QUOTE})?\s{0,9}[:=]\s{0,9}`,
  'iy',
);
/** What stands before the name of an element, and behind it. */
const TAG_BEGINS = /(?:<|&lt;|\\u003c)(?:[\w-]{1,40}:)?$/i;
const TAG_ENDS = /(?:\s[^<>]{0,300})?(?:>|&gt;|\\+u003e)/iy;
const TAG_FOLLOWS = /<|&lt;|\\+u003c/gi;
const CDATA = '<![CDATA[';
/** A scheme of a header, before its secret. */
const SCHEME = /(?:bearer|basic|digest|token|negotiate|apikey|hmac|aws4-hmac-sha256)[ \t]+/iy;
const ONE_TOKEN_SCHEME = /^(?:bearer|basic|token|negotiate|apikey)\s/i;
const ENDS_WITH_LINE = /[\r\n<]|\\+[rn]/g;
const TOKEN_AFTER_COLON = /(?:[^\s"&<>]|&(?!\w{2,6};))+/y;
const TOKEN_AFTER_EQUALS = /[^\s"&<>]+/y;
const PERCENT_ENDS = /%(?:25)*(?:26|20|22|0[ad])/i;
const CLOSING = new Set(`,;.)]}'。，；）`);
/** The name of a variable, which stands for its value. */
const VARIABLE = /^(?:\w+\s+)?\$\{\w+\}$/;
const VARIABLE_HERE = /\$\{\w+\}/y;
/** What stands behind a scheme that has no header. */
const AFTER_SCHEME = /[ \t]+(?=[\w.~+/=-]*\d)[\w.~+/=-]{8,}/y;
/** Behind a name, as in: invalid token "abcdef123". */
const QUOTED_TOKEN = /[ \t](\\*["'])(?=[^\s"']*\d)[^\s"'\\]{6,}\1/y;
const PRIVATE_KEY = /(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)(?:(?!-----END)[\s\S])*(-----END|$)/g;
/** In an address, before its host. */
const USER_INFO =
  /((?::|%3a)(?:\\{0,9}\/|%2f){2}(?:[^\s/:@"'<>\\?#%]{0,200}(?::|%3a))?)([^\s/"'<>\\?#]{1,500})(?=@|%40)/gi;

interface Part {
  readonly from: number;
  readonly to: number;
}

/** Replaces what a text names as a secret. */
export function hideNamedSecrets(text: string): string {
  let shown = '';
  let done = 0;
  for (;;) {
    NAME.lastIndex = done;
    const found = nextSecret(text);
    if (found === undefined) break;
    shown += text.slice(done, found.from) + HIDDEN;
    done = found.to;
  }
  return (shown + text.slice(done))
    .replace(PRIVATE_KEY, `$1${HIDDEN}$2`)
    .replace(USER_INFO, (whole, before: string, secret: string) =>
      VARIABLE.test(secret) ? whole : before + HIDDEN,
    );
}

/** The next secret behind the place where `NAME` stands. */
function nextSecret(text: string): Part | undefined {
  for (;;) {
    const match = NAME.exec(text);
    if (match === null) return undefined;
    const found = secretOf(text, match[0], match.index);
    if (found !== undefined && found.to > found.from) return found;
  }
}

function secretOf(text: string, written: string, index: number): Part | undefined {
  const end = index + written.length;
  const isEscapedTag = /^u003c./i.test(written) && text[index - 1] === '\\';
  const name = isEscapedTag ? written.slice('u003c'.length) : written;
  const before = text.slice(Math.max(0, index - 50), index);
  const words = name.split(BETWEEN_WORDS).map((word) => word.toLowerCase());
  if (words.length === 1 && words[0] === 'key') {
    const first = BEFORE_KEY.exec(before);
    if (first !== null) words.unshift(first[0].trim().toLowerCase());
  }
  const last = singular(words.at(-1) ?? '');
  if (last === 'bearer' || last === 'basic') {
    const token = lengthAt(AFTER_SCHEME, text, end);
    if (token > 0) return { from: end + 1, to: end + token };
  }
  if (!namesSecret(words)) return undefined;
  if (isEscapedTag || TAG_BEGINS.test(before)) {
    const tag = lengthAt(TAG_ENDS, text, end);
    return tag === 0 ? undefined : elementAt(text, end + tag);
  }
  const separator = lengthAt(SEPARATOR, text, end);
  if (separator === 0) {
    const quoted = lengthAt(QUOTED_TOKEN, text, end);
    if (quoted === 0) return undefined;
    const quote = lengthAt(QUOTE_HERE, text, end + 1);
    return { from: end + 1 + quote, to: end + quoted - quote };
  }
  const from = end + separator;
  return valueAt(text, from, { last, between: text.slice(end, from) });
}

/** Whether the words of a name are those of a secret, and not of something about it. */
function namesSecret(words: readonly string[]): boolean {
  const first = words.findIndex(
    (word) =>
      SECRET_WORDS.has(word) || SECRET_ENDINGS.some((ending) => singular(word).endsWith(ending)),
  );
  if (first < 0 && !SECRET_KEY.test(words.join(''))) return false;
  return !words.slice(first + 1).some((word) => ABOUT.has(word));
}

/** Without the end of a plural, or a number. */
function singular(word: string): string {
  return word.replace(/\d{1,9}$/, '').replace(/s$/, '');
}

/** The text of an element. */
function elementAt(text: string, from: number): Part | undefined {
  if (text.startsWith(CDATA, from)) {
    const begin = from + CDATA.length;
    const end = text.indexOf(']]>', begin);
    return { from: begin, to: end < 0 ? endOf(text) : end };
  }
  return unlessOrdinary(text, from, indexFrom(TAG_FOLLOWS, text, from));
}

interface Naming {
  /** The last word of the name. */
  readonly last: string;
  readonly between: string;
}

function valueAt(text: string, from: number, { between, last }: Naming): Part | undefined {
  const quote = lengthAt(QUOTE_HERE, text, from);
  if (quote > 0) {
    const begin = from + quote;
    return unlessOrdinary(text, begin, endOfQuoted(text, begin, text.slice(from, begin)));
  }
  if (lengthAt(VARIABLE_HERE, text, from) > 0) return undefined;
  if (text[from] === '[' || text[from] === '{') {
    return unlessOrdinary(text, from + 1, endOfGroup(text, from));
  }
  const begin = from + lengthAt(SCHEME, text, from);
  if (lengthAt(VARIABLE_HERE, text, begin) > 0) return undefined;
  const isColon = /[:：]/.test(between);
  const to = begin + tokenLength(text, begin, { isColon, isPercent: between.includes('%') });
  const token = text.slice(begin, to);
  if (isOrdinary(token) || isNumberOf(last, token)) return undefined;
  const isHeader = isColon && (last === 'cookie' || last === 'authorization');
  if (isHeader && !ONE_TOKEN_SCHEME.test(text.slice(from, begin))) {
    return { from: begin, to: indexFrom(ENDS_WITH_LINE, text, begin) };
  }
  return { from: begin, to };
}

/** The length of an unquoted value, without what closes the text around it. */
function tokenLength(
  text: string,
  from: number,
  { isColon, isPercent }: { readonly isColon: boolean; readonly isPercent: boolean },
): number {
  const most = lengthAt(isColon ? TOKEN_AFTER_COLON : TOKEN_AFTER_EQUALS, text, from);
  let token = text.slice(from, from + most);
  if (isPercent) token = token.slice(0, PERCENT_ENDS.exec(token)?.index);
  let length = token.length;
  const isClosing = (char: string): boolean =>
    CLOSING.has(char) || char === ELLIPSIS || (char === '\\' && text[from + most] === '"');
  while (length > 0 && isClosing(token[length - 1] ?? '')) length -= 1;
  return length;
}

/** Small numbers are no secrets, and numbers of tokens are counts. */
function isNumberOf(last: string, token: string): boolean {
  return /^\d+$/.test(token) && (token.length < 4 || last === 'token');
}

/**
 * Where the closing quote begins: the next one with as many backslashes as the opening one has. One that is escaped within
 * the value has more.
 */
function endOfQuoted(text: string, from: number, opening: string): number {
  const mark = opening.replace(/^\\+/, '');
  const depth = opening.length - mark.length;
  for (let at = text.indexOf(mark, from); at >= 0; at = text.indexOf(mark, at + 1)) {
    let begin = at;
    while (begin > from && text[begin - 1] === '\\') begin -= 1;
    const more = at - begin - depth;
    // Pairs of backslashes before it are part of the value.
    if (more <= 0 || more % (2 * (depth + 1)) === 0) return more <= 0 ? begin : at - depth;
  }
  return endOf(text);
}

/** Where the bracket closes that opens at a place. Brackets in quotes do not count. */
function endOfGroup(text: string, from: number): number {
  let depth = 0;
  let at = from;
  ANY_QUOTE.lastIndex = from;
  let quote = ANY_QUOTE.exec(text);
  while (at < text.length) {
    if (at === quote?.index) {
      const begin = at + quote[0].length;
      at = endOfQuoted(text, begin, quote[0]) + quote[0].length;
      ANY_QUOTE.lastIndex = at;
      quote = ANY_QUOTE.exec(text);
      continue;
    }
    const char = text[at];
    if (char === '[' || char === '{') depth += 1;
    if (char === ']' || char === '}') depth -= 1;
    if (depth === 0) return at;
    at += 1;
  }
  return endOf(text);
}

/** A text that was cut shows so. */
function endOf(text: string): number {
  return text.endsWith(ELLIPSIS) ? text.length - ELLIPSIS.length : text.length;
}

function unlessOrdinary(text: string, from: number, to: number): Part | undefined {
  const value = text.slice(from, to);
  return isOrdinary(value) || VARIABLE.test(value) ? undefined : { from, to };
}

function isOrdinary(value: string): boolean {
  const words = value.replace(ANY_QUOTE, ' ');
  if (!PROSE.test(words)) return false;
  return words
    .split(/[^\p{L}\d'’]+/u)
    .every((word) => word === '' || ORDINARY.has(word.toLowerCase()) || ORDINARY_WORD.test(word));
}

/** The length of what a sticky expression finds at a place; 0 for nothing. */
function lengthAt(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.exec(text)?.[0].length ?? 0;
}

/** Where a global expression finds something; the end of the text for nothing. */
function indexFrom(expression: RegExp, text: string, from: number): number {
  expression.lastIndex = from;
  return expression.exec(text)?.index ?? endOf(text);
}
