import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { scratchFolder } from '../../../../../test/scratch.js';
import type { SourceRow } from '../day-source.js';
import { ProviderSource } from './provider-source.js';
import { listOf, rowsOf } from '../day-source.fixture.js';

const DAY = calendarDay('2025-01-01');
const signal = new AbortController().signal;

/** What a provider under test leaves for its test to see. */
interface Seen {
  options?: Record<string, unknown>;
  made: number;
  abort?: () => void;
  calls: unknown[];
}
const world = globalThis as unknown as { seen: Seen };

let folder: string;
let source: ProviderSource;
beforeEach(async () => {
  folder = await scratchFolder();
  world.seen = { made: 0, calls: [] };
});
afterEach(async () => {
  await source.close();
});

/** A source over a module of this text. */
async function sourceOf(
  text: string,
  options: Record<string, unknown> = {},
  file = 'rows.mjs',
): Promise<void> {
  await writeFile(join(folder, file), text);
  source = new ProviderSource({
    kind: 'provider',
    module: join(folder, file),
    thread: false,
    writtenModule: `./${file}`,
    options,
    writtenOptions: options,
  });
}
/** A source over a provider whose `fetchDay` has this body. */
const fetching = (body: string): Promise<void> =>
  sourceOf(`export default class { async *fetchDay(day, signal) { ${body} } }`);

async function fetchAll(abort = signal): Promise<SourceRow[]> {
  return listOf(rowsOf(source.fetchDay(DAY, abort)));
}

describe('ProviderSource', () => {
  it('yields what the provider yields, counted from 1', async () => {
    await fetching('yield { day, n: 1n }; yield { day: undefined, list: [signal.aborted] };');
    expect(await fetchAll()).toEqual([
      { row: 1, values: { day: '2025-01-01', n: 1n }, typed: true },
      { row: 2, values: { day: undefined, list: [false] }, typed: true },
    ]);
  });

  it('loads TypeScript', async () => {
    await sourceOf(
      `type Row = { readonly day: string };
       export default class Rows {
         async *fetchDay(day: string): AsyncGenerator<Row> { yield { day }; }
       }`,
      {},
      'rows.ts',
    );
    expect(await fetchAll()).toMatchObject([{ values: { day: '2025-01-01' } }]);
  });

  it('makes one provider with the options, at the first fetch, and closes it', async () => {
    const options = Object.freeze({ region: 'eu' });
    await sourceOf(
      `export default class {
         constructor(options) { seen.options = options; seen.made += 1; }
         async *fetchDay() {}
         async close() { seen.calls.push(this.constructor === undefined ? 'lost' : 'close'); }
       }`,
      options,
    );
    expect(world.seen.made).toBe(0);
    await Promise.all([fetchAll(), fetchAll()]);
    await fetchAll();
    expect(world.seen).toMatchObject({ made: 1, calls: [] });
    expect(world.seen.options).toBe(options);
    await source.close();
    await source.close();
    expect(world.seen.calls).toEqual(['close']);
    await expect(fetchAll()).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('keeps apart the rows of a provider that fills one object again and again', async () => {
    await fetching('const row = {}; for (row.n = 0; row.n < 2; row.n += 1) yield row;');
    expect((await fetchAll()).map(({ values }) => values['n'])).toEqual([0, 1]);
  });

  it('gives others a turn while a provider never waits', async () => {
    await fetching('for (let n = 0; n < 100_000; n += 1) yield { n };');
    const abort = new AbortController();
    setImmediate(() => abort.abort(new Error('enough')));
    await expect(fetchAll(abort.signal)).rejects.toThrow('enough');
  });
});

describe('rows', () => {
  it('may be objects of a class, or without a prototype', async () => {
    await fetching(
      'yield new (class { a = 1 })(); yield Object.assign(Object.create(null), { a: 2 });',
    );
    expect((await fetchAll()).map(({ values }) => values['a'])).toEqual([1, 2]);
  });

  it('whose getter throws are a failure of the provider', async () => {
    await fetching('yield { get a() { throw new Error("no a"); } };');
    await expect(fetchAll()).rejects.toMatchObject({ code: 'PROVIDER_FAILED', message: 'no a' });
  });
});

describe('a failure', () => {
  it('after the signal was aborted gives the signal’s reason', async () => {
    await fetching(
      'await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("own"))));',
    );
    const abort = new AbortController();
    setImmediate(() => abort.abort(new Error('cancelled')));
    await expect(fetchAll(abort.signal)).rejects.toThrow('cancelled');
    await expect(fetchAll(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });

  it('while the signal is aborted counts for nothing', async () => {
    const abort = new AbortController();
    world.seen.abort = () => abort.abort(new Error('cancelled'));
    await sourceOf('export default class { fetchDay() { seen.abort(); throw new Error("own"); } }');
    await expect(fetchAll(abort.signal)).rejects.toThrow('cancelled');
  });

  it('to heed the signal blocks no caller', async () => {
    await fetching('await new Promise(() => {});');
    const abort = new AbortController();
    setImmediate(() => abort.abort(new Error('timeout')));
    await expect(fetchAll(abort.signal)).rejects.toThrow('timeout');
  });
});

describe('a consumer that stops early', () => {
  it.each([
    [
      'lets the provider tidy up',
      'try { yield { a: 1 }; yield { a: 2 }; } finally { await 0; seen.calls.push("end"); }',
      'end',
    ],
    [
      'does not wait for a provider that has yet to answer, and aborts it',
      `signal.addEventListener("abort", () => seen.calls.push("aborted"));
       yield { a: 1 }; await new Promise(() => {});`,
      'aborted',
    ],
    [
      'leaves the signal alone of a provider that is between two rows',
      `try { for (let n = 0; n < 1000; n += 1) yield { n }; }
       finally { await 0; seen.calls.push(signal.aborted); }`,
      false,
    ],
  ])('%s', async (_, body, call) => {
    await fetching(body);
    for await (const { row } of rowsOf(source.fetchDay(DAY, signal))) {
      expect(row).toBe(1);
      break;
    }
    expect(world.seen.calls).toEqual([call]);
  });

  it.each([
    ['takes for ever', 'await new Promise(() => {});'],
    ['fails', 'throw new Error("untidy");'],
  ])('keeps its own error where the tidying %s', async (_, tidying) => {
    await fetching(`try { yield 7; } finally { ${tidying} }`);
    await expect(fetchAll()).rejects.toMatchObject({ code: 'PROVIDER_ROW_INVALID' });
  });
});

describe('a module that is no provider', () => {
  it.each([
    ['export const a = 1;', 'expected the default export of ./rows.mjs to be a class, got nothing'],
    ['export default {};', 'to be a class, got an empty mapping'],
    ['export default () => 1;', 'expected the class of ./rows.mjs to make a provider, got '],
    ['export default class { constructor() { throw new Error("no key"); } }', 'got no key'],
    ['export default class {}', 'to have a method fetchDay, got nothing'],
    ['export default class { get fetchDay() { throw new Error("shut"); } }', 'got shut'],
    ['export const then = (give) => give(null);', 'expected ./rows.mjs to be a module that loads'],
    ['export default class { fetchDay = 7 }', 'to have a method fetchDay, got 7 (number)'],
    ['export default class { async fetchDay() { throw new Error("late"); } }', 'got a Promise'],
    ['export default class { fetchDay() { return [{ a: 1 }]; } }', 'got a list of 1'],
    ['throw new Error("top");', 'expected ./rows.mjs to be a module that loads, got top'],
    ['export default class {', 'expected ./rows.mjs to be a module that loads, got '],
  ])('is reported: %s', async (text, expected) => {
    await sourceOf(text);
    await expect(fetchAll()).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'PROVIDER_UNUSABLE',
      message: expect.stringContaining(expected) as unknown,
    });
  });

  it('is reported where there is no file', async () => {
    await sourceOf('');
    await rm(join(folder, 'rows.mjs'));
    await expect(fetchAll()).rejects.toMatchObject({ code: 'PROVIDER_UNUSABLE' });
  });

  it('is loaded again for the next day, and once loaded it stays', async () => {
    await sourceOf(
      `if (seen.made++ === 0) throw new Error('not yet');
       export default class { async *fetchDay() { yield { a: 1 }; } }`,
    );
    await expect(fetchAll()).rejects.toMatchObject({ code: 'PROVIDER_UNUSABLE' });
    expect(await fetchAll()).toHaveLength(1);
    expect(await fetchAll()).toHaveLength(1);
    expect(world.seen.made).toBe(2);
  });

  it('whose constructor fails is made again for the next day, of the class that is there', async () => {
    await sourceOf(
      `seen.calls.push('loaded');
       export default class {
         constructor() { if (seen.made++ === 0) throw Object.assign(new Error('busy'), { kind: 'passing', code: 'BUSY' }); }
         async *fetchDay() {}
       }`,
    );
    await expect(fetchAll()).rejects.toMatchObject({ kind: 'passing', code: 'BUSY' });
    expect(await fetchAll()).toEqual([]);
    expect(world.seen.calls).toEqual(['loaded']);
  });
});
