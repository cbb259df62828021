/** Replaces a secret. */
export const HIDDEN = '[hidden]';

/** Shorter values are common words and numbers: redacting them would reveal where they are. */
const SHORTEST = 6;

/**
 * The values of all secrets of the program. All output for users passes through here, so that no secret gets out.
 */
export class SecretValues {
  /** Each secret in every form in which it can appear. */
  private readonly forms = new Set<string>();
  private inText: RegExp | undefined;
  private inJson: RegExp | undefined;

  /**
   * Redacts a value from now on: as it is, URL-encoded, in Base64, and for an address also its user and its password.
   * Values of fewer than 6 characters are not redacted.
   */
  hide(value: string): void {
    for (const form of secretForms(value, SHORTEST)) this.forms.add(form);
    // The longest first: one secret may begin as another does.
    const all = [...this.forms].sort((a, b) => b.length - a.length);
    if (all.length === 0) return;
    this.inText = new RegExp(anyOf(all), 'g');
    this.inJson = new RegExp(anyOf(all.map((form) => JSON.stringify(form).slice(1, -1))));
  }

  /** The text without its secrets. */
  redact(text: string): string {
    return this.inText === undefined ? text : text.replace(this.inText, HIDDEN);
  }

  /** A JSON text without its secrets; it stays valid JSON. */
  redactJson(json: string): string {
    if (this.inJson?.test(json) !== true) return json;
    return JSON.stringify(this.redactValue(JSON.parse(json)));
  }

  private redactValue(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (typeof value === 'number') {
      const text = String(value);
      return this.redact(text) === text ? value : HIDDEN;
    }
    if (Array.isArray(value)) return value.map((item) => this.redactValue(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.redact(key), this.redactValue(item)]),
    );
  }
}

/**
 * The forms in which a secret can appear in a text: as it is, URL-encoded, in Base64, and for an address also its user
 * and its password.
 * @param shortest the shortest secret that has forms
 */
export function secretForms(value: string, shortest: number): string[] {
  return [value, ...credentialsIn(value)]
    .filter(({ length }) => length >= shortest)
    .flatMap((secret) => {
      const bytes = Buffer.from(secret);
      const inAddress = encodeURIComponent(secret.toWellFormed());
      return [secret, inAddress, bytes.toString('base64'), bytes.toString('base64url')];
    });
}

function anyOf(texts: readonly string[]): string {
  return texts.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
}

/** The credentials of an address: `user:password`, and the password alone, as written and decoded. */
function credentialsIn(value: string): string[] {
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
