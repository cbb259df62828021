/**
 * The text with another part.
 * @throws {RangeError} if the text does not have the part, which a change of its author may do
 */
export function replaced(text, part, other) {
  if (!text.includes(part)) throw new RangeError(`expected ${part} in the text, got none`);
  return text.replace(part, () => other);
}
