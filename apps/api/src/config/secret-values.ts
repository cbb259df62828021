/** What stands in the place of a secret. */
export const HIDDEN = '[hidden]';

/** Shorter values are common words and numbers: redacting them would reveal where they are. */
const SHORTEST = 6;

/**
 * The secrets that the program was given, by value: whatever is written for people passes through here, so that
 * none of them is in it, however it got there.
 */
export class SecretValues {
  /** Each secret in the forms in which it can turn up. */
  private readonly forms = new Set<string>();
  private inText: RegExp | undefined;
  private inJson: RegExp | undefined;

  /**
   * Hides a value from now on: as it is, as it stands in an address, in Base64, and where it is itself an address,
   * its user and its password too. One of fewer than 6 characters is left alone.
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

  /** A JSON text without its secrets; it stays JSON, whatever a secret is made of. */
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
 * The forms in which a secret can turn up in a text: as it is, as it stands in an address, in Base64; and where it is
 * itself an address, so its user and its password.
 * @param shortest of fewer characters, a secret has none
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

/** The user and the password of an address: `user:password`, and the password alone, written and meant. */
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
    // A lone % is meant as it stands.
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}
