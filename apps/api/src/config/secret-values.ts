import { SecretFinder } from './secret-finder.js';

/** Replaces a secret. */
export const HIDDEN = '[hidden]';

/** Shorter values are common words and numbers: redacting them would reveal where they are. */
const SHORTEST = 6;

/**
 * The values of all secrets of the program. All output for users passes through here, so that no secret gets out.
 */
export class SecretValues {
  private readonly values = new Set<string>();
  private finder: SecretFinder | undefined;

  /**
   * Redacts a value from now on, in every form that {@link SecretFinder} finds; of an address also its user and its
   * password. Values of fewer than 6 characters are not redacted.
   */
  hide(value: string): void {
    this.values.add(value);
    this.finder = undefined;
  }

  /** The text without its secrets. */
  redact(text: string): string {
    return this.secrets.redact(text);
  }

  /** A JSON text without its secrets; it stays valid JSON. */
  redactJson(json: string): string {
    if (!this.secrets.isIn(json)) return json;
    return JSON.stringify(this.redactValue(JSON.parse(json)));
  }

  private get secrets(): SecretFinder {
    this.finder ??= new SecretFinder(
      [...this.values].map((value) => ({ value, shown: HIDDEN })),
      SHORTEST,
    );
    return this.finder;
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
