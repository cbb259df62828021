import { readdirSync, readFileSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { readParquet } from './parquet/parquet-rows.js';
const dirs = [
  '/tmp/src23data/apache+parquet-testing/data',
  '/tmp/src23data/hyparam+hyparquet/test/files',
];
class Random {
  constructor(private s: number) {}
  next(): number {
    this.s = (Math.imul(this.s, 1664525) + 1013904223) >>> 0;
    return this.s / 2 ** 32;
  }
  int(n: number): number {
    return Math.floor(this.next() * n);
  }
}
it('fuzz', async () => {
  const signal = new AbortController().signal;
  const files = dirs
    .flatMap((d) =>
      readdirSync(d)
        .filter((n) => n.endsWith('.parquet'))
        .map((n) => join(d, n)),
    )
    .filter((f) => readFileSync(f).length < 60_000);
  const log = '/tmp/src23data/fuzz.log';
  writeFileSync(log, '');
  const from = Number(process.env['FROM'] ?? 0),
    to = Number(process.env['TO'] ?? 20000);
  let ok = 0,
    bad = 0;
  const other = new Map<string, number>();
  const gap = { most: 0, file: '' };
  for (let seed = from; seed < to; seed++) {
    const r = new Random(seed * 2654435761 + 7);
    r.next();
    const file = files[r.int(files.length)]!;
    let b = Buffer.from(readFileSync(file));
    const n = 1 + r.int(3);
    const what: string[] = [];
    for (let k = 0; k < n; k++) {
      const p =
        r.next() < 0.4
          ? Math.max(0, b.length - 1 - r.int(Math.min(b.length, 2000)))
          : r.int(b.length);
      switch (r.int(6)) {
        case 0:
          b[p] = r.int(256);
          break;
        case 1:
          b[p]! ^= 1 << r.int(8);
          break;
        case 2:
          b.fill(0xff, p, Math.min(b.length, p + 1 + r.int(12)));
          break;
        case 3:
          b.fill(0, p, Math.min(b.length, p + 1 + r.int(12)));
          break;
        case 4:
          Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f]).copy(b, p);
          break;
        case 5:
          if (p > 4 && p < b.length - 12)
            b = Buffer.concat([b.subarray(0, p), b.subarray(p + 1 + r.int(4))]);
          break;
      }
      what.push(String(p));
    }
    b.write('PAR1', b.length - 4, 'latin1');
    if (r.next() < 0.9) b.write('PAR1', 0, 'latin1');
    writeFileSync('/tmp/src23data/fuzz.now', `${seed} ${file} ${what.join()}`);
    const t = performance.now();
    let m = process.memoryUsage().rss;
    const content = {
      size: b.length,
      readAt: async (buf: Buffer, pos: number) => Promise.resolve(b.copy(buf, 0, pos)),
    };
    try {
      for await (const _ of readParquet(content, { signal }));
      ok++;
    } catch (e) {
      const x = e as Error & { code?: string };
      if (x.name === 'SourceError') bad++;
      else {
        other.set(x.message, 1 + (other.get(x.message) ?? 0));
        appendFileSync(log, `OTHER ${seed} ${file} ${x.stack}\n`);
      }
    }
    const d = performance.now() - t;
    const rss = process.memoryUsage().rss;
    if (d > 1000 || rss - m > 300e6)
      appendFileSync(
        log,
        `SLOW ${seed} ${file} ${what.join()} ${Math.round(d)} ms rss +${Math.round((rss - m) / 1e6)} of ${Math.round(rss / 1e6)}\n`,
      );
  }
  appendFileSync(log, `done ok ${ok} bad ${bad} other ${[...other].join(' | ')}\n`);
}, 3_600_000);
