// A strict parser of Prometheus' text format, version 0.0.4.
const NAME = String.raw`[a-zA-Z_:][a-zA-Z0-9_:]*`;
const HELP = new RegExp(`^# HELP (${NAME}) \\S.*$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const SAMPLE = new RegExp(
  String.raw`^(${NAME})(?:\{(${LABEL}(?:,${LABEL})*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|[+-]Inf)$`,
);

/** The process, where there are several. */
const NODE_LABEL = /(?:,|^)node="[^"]*"/;

export interface Exposition {
  readonly types: ReadonlyMap<string, string>;
  /** The value of a series without its label `node`, such as `daysync_rows_total{dataset="weather"}`; `undefined` if there is none. */
  readonly value: (series: string) => number | undefined;
  readonly series: ReadonlyMap<string, number>;
}

/** @throws {Error} for an invalid line, a sample without a type, or a duplicate series */
export function readExposition(text: string): Exposition {
  const types = new Map<string, string>();
  const series = new Map<string, number>();
  if (!text.endsWith('\n')) throw new Error('expected the last line to end');
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '' || HELP.test(line)) continue;
    const type = TYPE.exec(line);
    if (type !== null) {
      types.set(type[1] ?? '', type[2] ?? '');
      continue;
    }
    const sample = SAMPLE.exec(line);
    if (sample === null) throw new Error(`expected a line of the format, got ${line}`);
    const [, name = '', labels, value = ''] = sample;
    const family = name.replace(/_(bucket|sum|count)$/, '');
    if (!types.has(name) && !types.has(family)) throw new Error(`expected a type of ${name}`);
    const own = labels?.replace(NODE_LABEL, '').replace(/^,/, '') ?? '';
    const key = own === '' ? name : `${name}{${own}}`;
    if (series.has(key)) throw new Error(`expected ${key} once`);
    series.set(key, Number(value.replace('Inf', 'Infinity')));
  }
  return { types, series, value: (key) => series.get(key) };
}
