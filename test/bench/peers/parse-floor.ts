// The minimum cost of an index: the parser alone over a whole file, whose rows nobody keeps. `node parse-floor.ts <format>
// <file>` prints the milliseconds, as JSON.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { JSONParser } from '@streamparser/json';
import { parse } from 'csv-parse';

const CHUNK_BYTES = 262_144;

async function parseCsv(file: string): Promise<void> {
  const parser = parse({ on_record: () => null });
  parser.resume();
  await pipeline(createReadStream(file, { highWaterMark: CHUNK_BYTES }), parser);
}

async function parseNdjson(file: string): Promise<void> {
  const input = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  for await (const line of createInterface({ input, crlfDelay: Infinity })) JSON.parse(line);
}

async function parseJson(file: string): Promise<void> {
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false, stringBufferSize: 65_536 });
  parser.onValue = () => undefined;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
    parser.write(chunk as Buffer);
  }
}

const PARSERS: Readonly<Record<string, (file: string) => Promise<void>>> = {
  csv: parseCsv,
  json: parseJson,
  ndjson: parseNdjson,
};

const [format = '', file = ''] = process.argv.slice(2);
const begun = performance.now();
await PARSERS[format]?.(file);
process.stdout.write(JSON.stringify({ ms: performance.now() - begun }));
