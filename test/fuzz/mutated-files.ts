// Files of rows in CSV, JSON and NDJSON that are damaged in some way, by a seed: the same seed gives the same bytes.
import { gzipSync } from 'node:zlib';
import { Random } from '../crash/random.js';

export const FILE_FORMATS = ['csv', 'json', 'ndjson'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

export interface MutatedFile {
  readonly format: FileFormat;
  readonly seed: number;
  readonly bytes: Buffer;
  /** What was done to it, for the report. */
  readonly mutations: readonly string[];
}

const WORDS = [
  ...['', 'Oslo', '北京', 'a,b', 'say "hi"', 'two\nlines', '🌧', "it's", '\t', '\\', '\uFEFF'],
];
/** Large enough for more than a row may have; and so rarely that a run of thousands ends. */
const LARGE = 17_000_000;
const RARELY = 0.004;

/** A file with one to three mutations, or with none. */
export function mutatedFile(seed: number): MutatedFile {
  const random = new Random(seed);
  const format = random.oneOf(FILE_FORMATS);
  let bytes = Buffer.from(validText(format, random));
  const mutations: string[] = [];
  // An undamaged file now and then is an answer of the source: without one, the batch would pause by itself.
  for (let left = random.between(0, 4); left > 0; left -= 1) {
    const name = random.oneOf(MUTATION_NAMES) ?? 'cut';
    mutations.push(name);
    const mutate: Mutation = MUTATIONS[name];
    bytes = Buffer.from(mutate(bytes, random, format));
  }
  return { format, seed, bytes, mutations };
}

function validText(format: FileFormat, random: Random): string {
  const count = random.chance(0.05) ? random.between(100, 3_000) : random.between(0, 12);
  const word = (): string => random.oneOf(WORDS) ?? '';
  if (format === 'csv') {
    const rows = Array.from({ length: count }, (_, at) => [`r${at}`, word(), String(at)]);
    const end = random.chance(0.3) ? '\r\n' : '\n';
    return [['id', 'note', 'n'], ...rows].map((fields) => fields.map(quoted).join() + end).join('');
  }
  const rows = Array.from({ length: count }, (_, at) => {
    const data = { [word()]: [at, 1.5, null, { deep: [word()] }], n: 9_007_199_254_740_993n };
    return writeJson({ id: `r${at}`, note: random.chance(0.2) ? null : word(), data });
  });
  if (format === 'ndjson') return rows.map((row) => `${row}\n`).join('');
  return `[${rows.join(random.chance(0.5) ? ',' : ',\n  ')}]`;
}

const quoted = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
const writeJson = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'bigint' ? `#${item}` : item,
  ).replaceAll(/"#(\d+)"/g, '$1');

type Mutation = (bytes: Buffer, random: Random, format: FileFormat) => Uint8Array | string;

const at = (bytes: Buffer, random: Random): number => random.between(0, bytes.length + 1);
const splice = (bytes: Buffer, position: number, inserted: Uint8Array | string): Buffer =>
  Buffer.concat([bytes.subarray(0, position), Buffer.from(inserted), bytes.subarray(position)]);
const sizeOf = (random: Random): number =>
  random.chance(RARELY) ? LARGE : random.between(1, 40_000);

const MUTATIONS = {
  cut: (bytes, random) => bytes.subarray(0, at(bytes, random)),
  cutFront: (bytes, random) => bytes.subarray(at(bytes, random)),
  cutOut: (bytes, random) => {
    const start = at(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + random.between(1, 50))]);
  },
  doubled: (bytes) => Buffer.concat([bytes, bytes]),
  doubledPart: (bytes, random) => {
    const start = at(bytes, random);
    return splice(bytes, at(bytes, random), bytes.subarray(start, start + random.between(1, 500)));
  },
  flipped: (bytes, random) => {
    const changed = Buffer.from(bytes);
    for (let left = random.between(1, 6); left > 0 && changed.length > 0; left -= 1) {
      const position = random.between(0, changed.length);
      changed[position] = (changed[position] ?? 0) ^ (1 << random.between(0, 8));
    }
    return changed;
  },
  noise: (bytes, random) => {
    const noise = Buffer.from(Array.from({ length: 20 }, () => random.between(0, 256)));
    return splice(bytes, at(bytes, random), noise);
  },
  character: (bytes, random) => {
    const character = random.oneOf('",\n\r{}[]:\\\0 '.split('')) ?? '';
    return splice(bytes, at(bytes, random), character);
  },
  endlessText: (bytes, random) => splice(bytes, at(bytes, random), 'x'.repeat(sizeOf(random))),
  endlessDigits: (bytes, random) => splice(bytes, at(bytes, random), '1'.repeat(sizeOf(random))),
  endlessCommas: (bytes, random) => splice(bytes, at(bytes, random), ','.repeat(sizeOf(random))),
  endlessQuotes: (bytes, random) => splice(bytes, at(bytes, random), '"'.repeat(sizeOf(random))),
  endlessLines: (bytes, random) => {
    const line = random.oneOf(['\n', '1\n', '{}\n', 'a,b\n', ' \r\n']);
    return splice(bytes, at(bytes, random), line.repeat(sizeOf(random)));
  },
  levels: (bytes, random) => {
    const count = sizeOf(random);
    const [open, close] = random.oneOf([
      ['[', ']'],
      ['{"a":', '}'],
    ]);
    const text = open.repeat(count) + (random.chance(0.7) ? `1${close.repeat(count)}` : '');
    return random.chance(0.5) ? splice(bytes, at(bytes, random), text) : row(text, random);
  },
  keys: (_bytes, random) => {
    const count = random.chance(RARELY) ? 1_000_000 : random.between(1, 20_000);
    const keys = Array.from({ length: count }, (_, key) => `"k${key}":${key}`).join();
    return random.chance(0.5) ? row(`{${keys}}`, random) : `[{"id":"a","note":"",${keys}}]`;
  },
  items: (_bytes, random) => row(`[${'0,'.repeat(sizeOf(random))}0]`, random),
  columns: (bytes, random) => {
    const count = random.chance(RARELY) ? 150_000 : random.between(1, 20_000);
    const names = Array.from({ length: count }, (_, name) => `,c${name}`).join('');
    const end = Math.max(0, bytes.indexOf('\n'));
    return splice(bytes, end, names);
  },
  columnTwice: (bytes) => `id,${bytes.toString()}`,
  columnRenamed: (bytes) => bytes.toString().replaceAll('note', 'Note'),
  noHeader: (bytes) => bytes.subarray(bytes.indexOf('\n') + 1),
  onlyCarriageReturns: (bytes) => bytes.toString().replaceAll(/\r?\n/g, '\r'),
  utf16: (bytes) => Buffer.from(`\uFEFF${bytes.toString()}`, 'utf16le'),
  latin1: (bytes) => Buffer.from(`${bytes.toString()}é`, 'latin1'),
  mark: (bytes) => splice(bytes, 0, '\uFEFF'),
  badUtf8: (bytes, random) => {
    const bad = random.oneOf([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe9, 0x9b], [0x80]]);
    return splice(bytes, at(bytes, random), Buffer.from(bad));
  },
  packed: (bytes) => gzipSync(bytes),
  packedAndCut: (bytes, random) => {
    const packed = gzipSync(bytes);
    return packed.subarray(0, random.between(2, packed.length));
  },
  packedAndFlipped: (bytes, random) => {
    const packed = gzipSync(bytes);
    packed[random.between(2, packed.length)] = random.between(0, 256);
    return packed;
  },
  packedAndMore: (bytes) => Buffer.concat([gzipSync(bytes), gzipSync(bytes)]),
  packedBlanks: (_bytes, random) => gzipSync(Buffer.alloc(sizeOf(random) * 4, '\n')),
} as const satisfies Record<string, Mutation>;

const MUTATION_NAMES = Object.keys(MUTATIONS) as (keyof typeof MUTATIONS)[];

/** A file with one row of JSON, as an item of a list or as a line. */
function row(data: string, random: Random): string {
  const text = `{"id":"one","note":null,"data":${data}}`;
  return random.chance(0.5) ? `[${text}]` : text;
}
