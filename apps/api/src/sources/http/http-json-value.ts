import { pointerSteps } from '../json-pointer.js';

/** Longer than any cursor that is meant. */
const MOST_BYTES = 8_192;
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** What was found: the text of a plain value, or why there is none that can be used. */
export type FoundJson =
  | { readonly kind: 'text'; readonly json: string }
  | { readonly kind: 'missing' | 'container' | 'too_long' };

/**
 * Finds one plain value in a JSON text that streams by, and keeps nothing else of it. It takes the text to be
 * JSON: whether it is, somebody else has to say.
 */
export class JsonValueFinder {
  private readonly path: readonly string[];
  /** Of each list or object on the way that is open: its kind, and where we are in it. */
  private readonly way: { readonly isList: boolean; index: number; name: string | undefined }[] =
    [];
  /** How many lists and objects off the way are open. */
  private aside = 0;
  private inText = false;
  private escaped = false;
  private atName = false;
  /** The bytes of the name or value that is being kept. */
  private kept: number[] | undefined;
  private found: FoundJson = { kind: 'missing' };

  /** @throws {RangeError} for a text that is no JSON pointer, and for that of the whole */
  constructor(pointer: string) {
    this.path = pointerSteps(pointer);
    if (this.path.length === 0) throw new RangeError('expected a pointer to a part, got ""');
  }

  feed(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.inText) this.inside(byte);
      else this.between(byte);
    }
  }

  /** What there is, after all has been fed. */
  get value(): FoundJson {
    return this.found;
  }

  private inside(byte: number): void {
    this.keep(byte);
    if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) {
      this.inText = false;
      if (this.atName) this.endName();
      else this.endValue();
    }
  }

  private between(byte: number): void {
    switch (byte) {
      case QUOTE:
        this.inText = true;
        if (this.aside === 0 && (this.atName || this.isWanted())) this.kept = [];
        this.keep(byte);
        return;
      case OPEN_LIST:
      case OPEN_OBJECT:
        this.open(byte === OPEN_LIST);
        return;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        this.endValue();
        if (this.aside > 0) this.aside -= 1;
        else this.way.pop();
        this.atName = false;
        return;
      case COMMA:
        this.endValue();
        this.next();
        return;
      case COLON:
        return;
      default:
        if (byte <= 0x20) this.endValue();
        else if (this.kept !== undefined) this.keep(byte);
        else if (this.isWanted()) this.kept = [byte];
    }
  }

  private open(isList: boolean): void {
    const leadsOn = this.aside === 0 && (this.way.length === 0 || this.isNamed());
    if (leadsOn && this.way.length < this.path.length) {
      this.way.push({ isList, index: 0, name: isList ? '0' : undefined });
      this.atName = !isList;
      return;
    }
    if (leadsOn) this.found = { kind: 'container' };
    this.aside += 1;
    this.atName = false;
  }

  private next(): void {
    const place = this.way.at(-1);
    if (this.aside > 0 || place === undefined) return;
    if (place.isList) {
      place.index += 1;
      place.name = String(place.index);
    } else {
      place.name = undefined;
      this.atName = true;
    }
  }

  private endName(): void {
    const place = this.way.at(-1);
    if (place !== undefined) place.name = this.isKept() ? readText(this.keptText()) : undefined;
    this.kept = undefined;
    this.atName = false;
  }

  private endValue(): void {
    if (this.kept === undefined) return;
    this.found = this.isKept() ? { kind: 'text', json: this.keptText() } : { kind: 'too_long' };
    this.kept = undefined;
  }

  private keep(byte: number): void {
    if (this.kept !== undefined && this.kept.length <= MOST_BYTES) this.kept.push(byte);
  }

  private isKept(): boolean {
    return this.kept !== undefined && this.kept.length <= MOST_BYTES;
  }

  private keptText(): string {
    return Buffer.from(this.kept ?? []).toString();
  }

  /** Whether what comes next has the name that the way goes on by. */
  private isNamed(): boolean {
    const name = this.way.at(-1)?.name;
    return name !== undefined && name === this.path[this.way.length - 1];
  }

  private isWanted(): boolean {
    return this.aside === 0 && this.way.length === this.path.length && this.isNamed();
  }
}

function readText(json: string): string | undefined {
  try {
    return String(JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
