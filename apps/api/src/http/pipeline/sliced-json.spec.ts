import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { longJson } from './sliced-json.js';

const MANY = 2_345;

describe('JSON in slices', () => {
  it('is that of JSON.stringify, whatever is in the list and around it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (item, other) => {
        const items = Array.from({ length: MANY }, (_, index) =>
          index % 3 === 0 ? item : { index, other },
        );
        const body = { status: 'success', data: { before: other, items, after: item, none: [] } };
        expect(await longJson(body)).toBe(JSON.stringify(body));
      }),
      { numRuns: 20 },
    );
  });

  it('leaves out what JSON has not', async () => {
    const items = Array.from({ length: MANY }, () => undefined);
    const body = { left: undefined, at: new Date(0), data: items, empty: {} };
    expect(await longJson(body)).toBe(JSON.stringify(body));
  });

  it('is for long lists alone', async () => {
    expect(await longJson({ data: { items: [1, 2, 3] } })).toBeNull();
    expect(await longJson(undefined)).toBeNull();
    expect(await longJson('text')).toBeNull();
  });

  it('goes on in later turns of the event loop', async () => {
    let written = false;
    const slow = {
      toJSON: () => {
        const until = performance.now() + 25;
        while (performance.now() < until);
        return 0;
      },
    };
    const data = Array.from({ length: MANY }, (_, index) => (index % 500 === 0 ? slow : 0));
    const writing = longJson({ data }).then(() => {
      written = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toBe(false);
    await writing;
  });
});
