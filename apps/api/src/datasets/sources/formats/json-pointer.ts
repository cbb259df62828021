const SEGMENTS = /^(?:\/(?:[^~/]|~[01])*)*$/;

/** Whether a text is a JSON pointer (RFC 6901): `""` is the whole, `/data/items` a value in it. */
export function isJsonPointer(text: string): boolean {
  return SEGMENTS.test(text);
}

/**
 * The names and positions that a pointer goes by.
 * @throws {RangeError} for a text that is no JSON pointer
 */
export function pointerSegments(pointer: string): readonly string[] {
  if (!isJsonPointer(pointer)) {
    throw new RangeError(`expected a JSON pointer such as /data/items, got ${pointer}`);
  }
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
