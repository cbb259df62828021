import { describe, expect, it } from 'vitest';
import { guessRowsPointer } from './json-rows-guess.js';

const pointerIn = (text: string): Promise<string> => guessRowsPointer(Buffer.from(text));

describe('the pointer to the rows', () => {
  it.each([
    ['[{"a":1},{"a":2}]', ''],
    ['{"data":{"items":[{"a":1}]}}', '/data/items'],
    ['{"type":"x","features":[{"a":[{"b":1},{"b":2},{"b":3}]}]}', '/features'],
    ['{"few":[{}],"many":[{},{}],"bbox":[1,2]}', '/many'],
    ['{"a/b~c":[{}]}', '/a~1b~0c'],
    // Cut.
    ['{"rows":[{"a":1},{"a":', '/rows'],
    [' [ {"a": "[{}]"} ] ', ''],
  ])('%s: %j', async (text, pointer) => {
    expect(await pointerIn(text)).toBe(pointer);
  });

  it.each([
    ['{"2025-01-01":{"a":1}}', 'got no list'],
    ['[[1,2],[3,4]]', 'got lists of numbers, texts or lists'],
    ['{"date":["2025-01-01"]}', 'got lists of numbers, texts or lists'],
    ['7', 'got no list'],
  ])('%s: none', async (text, received) => {
    await expect(pointerIn(text)).rejects.toThrow(received);
  });
});
