// Reads CSV files with csv-parse, like the sources.
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';

export interface Reading {
  readonly station: string;
  readonly n: number;
  readonly ratio: number;
  readonly note: string;
}

/** The rows so far are read after each chunk of the file. */
export async function* readCsvFile(file: string): AsyncGenerator<Reading[]> {
  let readings: Reading[] = [];
  const parser = parse({
    from_line: 2,
    on_record: ([n, ratio, station = '', note = '']: string[]) => {
      readings.push({ station, n: Number(n), ratio: Number(ratio), note });
      return null;
    },
  });
  parser.resume();
  for await (const chunk of createReadStream(file)) {
    if (!parser.write(chunk)) await once(parser, 'drain');
    yield readings;
    readings = [];
  }
  parser.end();
  await once(parser, 'end');
  yield readings;
}
