import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprintKeys } from './dataset-fingerprint.js';
import type { Dataset } from './dataset.js';
import { readDatasets, readDatasetsFile, versionOf } from './dataset-file.js';
import { datasetIn, spoil, VALID } from './valid-file.fixture.js';

const read = (text: string, env: Record<string, string> = {}) =>
  readDatasets(text, { folder: '/srv', env });

const errorsOf = (text: string, env?: Record<string, string>) => {
  const result = read(text, env);
  return result.ok ? [] : result.errors;
};

describe('a valid file', () => {
  it('becomes datasets with every default filled in', () => {
    expect(read(VALID)).toEqual({
      ok: true,
      webhooks: [],
      file: { text: VALID, version: versionOf(VALID), value: expect.anything() as unknown },
      warnings: [
        {
          path: 'datasets[0].source.path',
          line: 3,
          column: 32,
          text: 'data/weather.csv is not there yet: its days fail with SOURCE_FILE_MISSING until it is',
        },
      ],
      datasets: [
        {
          name: 'weather',
          title: { zh: 'weather', en: 'weather' },
          source: {
            kind: 'csv',
            path: '/srv/data/weather.csv',
            folder: '/srv/data',
            writtenPath: 'data/weather.csv',
            rows: '',
            dayColumn: { from: 'date', format: 'iso', timeZone: 'UTC' },
            dialect: { delimiter: ',', quote: '"', comment: '', skipLines: 0 },
            encoding: 'utf-8',
          },
          target: {
            table: 'weather_daily',
            columns: [
              { name: 'date', from: 'date', type: 'date', nullable: false },
              { name: 'wind', from: 'Wind speed', type: 'real', nullable: true },
            ],
          },
          throttle: null,
          schedule: null,
          expected: null,
          freshBy: null,
          timeZone: 'UTC',
          concurrency: 1,
          timeoutSeconds: 60,
          attempts: 3,
          pauseAfterFailures: 20,
          onEmpty: 'skip',
          onBadRow: null,
          checks: null,
          variables: {},
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown,
        },
      ],
    });
  });

  it('takes every setting', () => {
    const result = read(`${VALID}
    title: { zh: 天气, en: Weather }
    throttle: { days_per_minute: 0.5 }
    schedule: { cron: 30 6 * * 1-5, time_zone: Asia/Shanghai, lookback_days: 3, mode: missing, recheck_days: [7, 30] }
    time_zone: America/New_York
    concurrency: 4
    timeout_seconds: 5
    attempts: 1
    pause_after_failures: 0
    on_empty: success
`);
    expect(result.ok && result.datasets[0]).toMatchObject({
      title: { zh: '天气', en: 'Weather' },
      throttle: { daysPerMinute: 0.5 },
      schedule: {
        cron: '30 6 * * 1-5',
        timeZone: 'Asia/Shanghai',
        lookbackDays: 3,
        mode: 'missing',
        recheckDays: [7, 30],
      },
      timeZone: 'America/New_York',
      concurrency: 4,
      timeoutSeconds: 5,
      attempts: 1,
      pauseAfterFailures: 0,
      onEmpty: 'success',
    });
  });

  it('has a schedule in the zone of its dataset, for what is missing or failed, unless it says otherwise', () => {
    const result = read(
      `${VALID}    time_zone: Asia/Tokyo\n    schedule: { cron: 30 6 * * *, lookback_days: 1 }\n`,
    );
    expect(result.ok && result.datasets[0]?.schedule).toEqual({
      cron: '30 6 * * *',
      timeZone: 'Asia/Tokyo',
      lookbackDays: 1,
      mode: 'missing_and_failed',
      recheckDays: [],
    });
  });

  it('remembers what it took from the environment', () => {
    const text = spoil('data/weather.csv', '"${FOLDER}/${FOLDER}/${FILE}"');
    const env = { FOLDER: 'data', FILE: 'w.csv', OTHER: 'x' };
    expect(datasetIn(read(text, env)).variables).toEqual({ FOLDER: 'data', FILE: 'w.csv' });
  });

  it('takes one title for both languages, and empty optional settings as absent', () => {
    const text = `${VALID}    title: Wetter\n    throttle:\n    attempts: null\n`;
    expect(datasetIn(read(text))).toMatchObject({
      title: { zh: 'Wetter', en: 'Wetter' },
      throttle: null,
      attempts: 3,
    });
  });

  it('is frozen to the bottom', () => {
    const result = read(VALID);
    const datasets = result.ok ? result.datasets : [];
    expect(Object.isFrozen(datasets)).toBe(true);
    expect(Object.isFrozen(datasets[0]?.target.columns[1])).toBe(true);
  });

  it('follows anchors', () => {
    const result = read(
      spoil('columns:\n        date: date', 'columns: &c\n        date: date') +
        `  - name: other
    source: { kind: csv, path: o.csv, day_column: date }
    target: { table: other, columns: *c }
`,
    );
    expect(result.ok && result.datasets[1]?.target.columns).toHaveLength(2);
  });

  it('may name a column after a member of Object', () => {
    const { target } = datasetIn(read(spoil('date: date\n', 'constructor: date\n')));
    expect(target.columns[0]?.name).toBe('constructor');
  });
});

/** The valid file with a provider for its source. */
const withProvider = (entries: string): string =>
  spoil(
    '{ kind: csv, path: data/weather.csv, day_column: date }',
    `{ kind: provider, ${entries} }`,
  );

describe('a provider', () => {
  // Its module has to be there: this folder has one.
  const sourceOf = (text: string, env: Record<string, string> = {}) =>
    datasetIn(readDatasets(text, { folder: import.meta.dirname, env })).source;

  it('is a module, taken from the folder of the file, with options', () => {
    const options = { region: 'eu', limits: [1, { deep: true }] };
    const entries = `module: ../check/day-trial.ts, options: ${JSON.stringify(options)}`;
    const source = sourceOf(withProvider(entries));
    expect(source).toEqual({
      kind: 'provider',
      module: join(import.meta.dirname, '../check/day-trial.ts'),
      writtenModule: '../check/day-trial.ts',
      options,
      writtenOptions: options,
      thread: true,
    });
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(source)).toBe(true);
  });

  it.each([
    ['', true],
    [', options:, thread:', true],
    [', options: {}, thread: true', true],
    [', thread: false', false],
  ])(
    'may be without options, and has threads unless the file says otherwise: "%s"',
    (keys, thread) => {
      const none = { options: {}, writtenOptions: {} };
      expect(sourceOf(withProvider(`module: ./dataset.ts${keys}`))).toMatchObject({
        ...none,
        thread,
      });
    },
  );

  it('takes options from the environment, and keeps how they are written', () => {
    const entries =
      'module: "${DIR}/day-trial.ts", options: { key: &key "${KEY}", again: [*key], plain: 1 }';
    expect(sourceOf(withProvider(entries), { KEY: 'hunter2', DIR: '../check' })).toMatchObject({
      module: join(import.meta.dirname, '../check/day-trial.ts'),
      writtenModule: '${DIR}/day-trial.ts',
      options: { key: 'hunter2', again: ['hunter2'], plain: 1 },
      writtenOptions: { key: '${KEY}', again: ['${KEY}'], plain: 1 },
    });
  });
});

describe('a column with a pointer', () => {
  const columnOf = (entries: string) =>
    datasetIn(read(spoil('from: Wind speed', entries))).target.columns[1];

  it('takes the first step for the key of the row', () => {
    expect(columnOf('pointer: /wind/speed')).toEqual({
      name: 'wind',
      from: 'wind',
      pointer: '/wind/speed',
      type: 'real',
      nullable: true,
    });
    expect(columnOf('pointer: /a~1b ~0/0')?.from).toBe('a/b ~');
    expect(columnOf('pointer: /')?.from).toBe('');
  });

  it('has none where it is null', () => {
    expect(columnOf('pointer: null')).not.toHaveProperty('pointer');
  });
});

describe('the fingerprint', () => {
  const datasetOf = (text: string, env: Record<string, string> = {}): Dataset =>
    datasetIn(readDatasets(text, { folder: import.meta.dirname, env }));
  const fingerprintOf = (text: string): string => datasetOf(text).fingerprint;
  /** The keys in which the dataset of a text differs from that of another one. */
  const changedIn = (text: string, before: string): string[] => {
    const [one, other] = [fingerprintKeys(datasetOf(before)), fingerprintKeys(datasetOf(text))];
    return Object.keys({ ...other, ...one }).filter((key) => one[key] !== other[key]);
  };

  it.each([
    ['path', 'path: data/weather.csv', 'path: data/other.csv', ['source.path']],
    ['day column', 'day_column: date', 'day_column: Date', ['source.day_column']],
    ['table', 'weather_daily', 'weather_hourly', ['target.table']],
    [
      ...['column name', 'date: date\n', 'day: { from: date, type: date }\n'],
      ['target.columns.day', 'target.columns.date'],
    ],
    ['nullable', 'nullable: true', 'nullable: false', ['target.columns.wind']],
    ['pointer', 'from: Wind speed', 'pointer: /Wind speed', ['target.columns.wind']],
  ] as [string, string, string, string[]][])(
    'changes with the %s, whose key it names',
    (_, from, to, keys) => {
      expect(fingerprintOf(spoil(from, to))).toMatch(/^[0-9a-f]{16}$/);
      expect(fingerprintOf(spoil(from, to))).not.toBe(fingerprintOf(VALID));
      expect(changedIn(spoil(from, to), VALID)).toEqual(keys);
    },
  );

  it.each([
    [
      'kind: http, url: "https://a.b/{day}"',
      'kind: http, url: "https://a.c/{day}"',
      ['source.url'],
    ],
    [
      'kind: http, url: "https://a.b/{day}", headers: { accept: a, x-b: c }',
      'kind: http, url: "https://a.b/{day}", headers: { accept: b, x-c: c }, rows: /a',
      ['source.headers.accept', 'source.headers.x-c', 'source.rows', 'source.headers.x-b'],
    ],
    [
      'kind: http, url: "https://a.b/", day_column: day',
      'kind: http, url: "https://a.b/", day_column: { from: day, format: epoch_s }',
      ['source.day_column'],
    ],
    [
      'kind: provider, module: ./dataset.ts',
      'kind: provider, module: ./dataset-file.ts',
      ['source.module'],
    ],
    [
      ...['kind: csv, path: "{day}.csv"', 'kind: ndjson, path: "{day}.json"'],
      ['source.kind', 'source.path'],
    ],
  ] as [string, string, string[]][])('of %s or %s differs by its keys', (before, now, keys) => {
    const withSource = (source: string): string => `datasets: [{ name: w, source: { ${source} },
      target: { columns: { date: date }, table: w } }]`;
    expect(changedIn(withSource(now), withSource(before)).toSorted()).toEqual(keys.toSorted());
  });

  it.each([
    ['kind: sql, url: "sqlite:w.db", query: select a from w where at >= :day_start', ['time_zone']],
    ['kind: sql, url: "sqlite:w.db", query: select a from w where day = :day', []],
    ['kind: http, url: "https://a.b/{day_end_ms}"', ['time_zone']],
    ['kind: http, url: "https://a.b/{day}", headers: { x-from: "{day_start}" }', ['time_zone']],
    ['kind: http, url: "https://a.b/{day}"', []],
  ])('of %s changes with the zone of its instants alone', (source, keys) => {
    const inZone = (zone: string): string => `datasets: [{ name: w, time_zone: ${zone},
      source: { ${source} }, target: { columns: { date: date }, table: w } }]`;
    const [berlin, lisbon] = [inZone('Europe/Berlin'), inZone('Europe/Lisbon')];
    expect(changedIn(berlin, lisbon)).toEqual(keys);
    expect(fingerprintOf(berlin) === fingerprintOf(lisbon)).toBe(keys.length === 0);
  });

  it('does not change with what decides no row', () => {
    const same = [
      `${VALID}    title: Other\n    throttle: { days_per_minute: 1 }\n    attempts: 9\n    pause_after_failures: 9\n`,
      `${VALID}    schedule: { cron: 30 6 * * *, lookback_days: 9 }\n`,
      spoil('date: date\n', 'date: { type: date, from: date }\n'),
      spoil('name: weather', 'name: renamed'),
      `datasets: [{ name: w, source: { day_column: date, path: data/weather.csv, kind: csv }, target: {
         columns: { wind: { nullable: true, type: real, from: Wind speed }, date: date }, table: weather_daily } }]`,
    ];
    for (const text of same) expect(fingerprintOf(text)).toBe(fingerprintOf(VALID));
  });

  it('of a provider does not change with the order of options, nor with a secret', () => {
    const of = (options: string, KEY: string): string =>
      datasetOf(withProvider(`module: dataset.ts, options: ${options}`), { KEY }).fingerprint;
    const written = of('{ a: { x: 1, y: 2 }, key: "${KEY}" }', 'old');
    expect(written).toMatch(/^[0-9a-f]{16}$/);
    expect(of('{ key: "${KEY}", a: { y: 2, x: 1 } }', 'new')).toBe(written);
    expect(of('{ key: "${KEY}", a: { y: 1, x: 2 } }', 'new')).not.toBe(written);
    expect(of('{ list: [1, 2] }', '-')).not.toBe(of('{ list: [2, 1] }', '-'));
    expect(of('{ of: { a: 1 } }', '-')).not.toBe(of('{ of: [[a, 1]] }', '-'));
  });

  it('of a CSV file is the one that batches have kept so far', () => {
    expect(fingerprintOf(VALID)).toBe('4e723ab45fa3c21e');
  });
});

describe('values from the environment', () => {
  it('replace their names, and the written path stays what people are shown', () => {
    const result = read(spoil('path: data/weather.csv', 'path: "${ROOT}/w.csv"'), { ROOT: '/mnt' });
    expect(result.ok && result.datasets[0]?.source).toMatchObject({
      path: '/mnt/w.csv',
      writtenPath: '${ROOT}/w.csv',
    });
  });

  it('do not hide the other errors where they are missing, of the same mapping or of the same text', () => {
    const text = `datasets:
  - name: A
    source: { kind: http, url: 'https://\${HOST}/{date}', method: PUT, headers: { a: '\${TOKEN}' } }
    target: { table: '\${TABLE}', columns: { x: int, y: '\${TYPE}' } }
  - name: b
    source: { kind: sql, url: '\${WAREHOUSE}', query: select 1 }
    target: { table: '\${TABLE}', columns: { x: text } }
    attempts: many
webhooks:
  - { name: ops, url: 'http://a.example/', secret: '\${SECRET}', datasets: ['\${DATASET}', c] }
`;
    expect(
      errorsOf(text).map(({ path, line, expected }) => `${String(line)} ${path}: ${expected}`),
    ).toEqual([
      expect.stringContaining('2 datasets[0].name: a name that'),
      '3 datasets[0].source.url: the environment variable HOST to be set',
      expect.stringContaining('3 datasets[0].source.url: the placeholders {day}'),
      '3 datasets[0].source.method: one of GET, POST',
      '3 datasets[0].source.headers.a: the environment variable TOKEN to be set',
      '4 datasets[0].target.table: the environment variable TABLE to be set',
      expect.stringContaining('4 datasets[0].target.columns.x.type: one of text'),
      '4 datasets[0].target.columns.y: the environment variable TYPE to be set',
      '6 datasets[1].source.url: the environment variable WAREHOUSE to be set',
      expect.stringContaining('6 datasets[1].source.query: a query with the parameter :day'),
      '7 datasets[1].target.table: the environment variable TABLE to be set',
      expect.stringContaining('8 datasets[1].attempts: a whole number'),
      expect.stringContaining('10 webhooks[0].url: an https address'),
      '10 webhooks[0].secret: the environment variable SECRET to be set',
      '10 webhooks[0].datasets[0]: the environment variable DATASET to be set',
      '10 webhooks[0].datasets[1]: the name of a dataset of this file',
    ]);
  });

  it.each([
    ['name: weather', 'name: "${NAME}"'],
    ['kind: csv', 'kind: "${NAME}"'],
    ['{ kind: csv, path: data/weather.csv, day_column: date }', '"${NAME}"'],
    ['path: data/weather.csv, day_column: date', 'path: "${NAME}"'],
    ['path: data/weather.csv, day_column: date', 'path: "${NAME}", day_column: "${NAME}"'],
    ['kind: csv, path: data/weather.csv, day_column: date', 'kind: json, path: "${NAME}"'],
    ['kind: csv, path: data/weather.csv, day_column: date', 'kind: provider, module: "${NAME}"'],
    [
      'kind: csv, path: data/weather.csv, day_column: date',
      'kind: http, url: "${NAME}{day}", format: "${NAME}", rows: /a',
    ],
    [
      'kind: csv, path: data/weather.csv, day_column: date',
      'kind: sql, url: "postgres://a:${NAME}@b/c", query: "select 1 where :day = x::text"',
    ],
    ['date: date\n', 'date: "${NAME}"\n'],
    ['type: real, nullable: true', 'type: real, nullable: "${NAME}"'],
  ])('are the only error where nothing else is known: %s as %j', (from, to) => {
    const errors = errorsOf(spoil(from, to), { NAME: '' });
    expect(new Set(errors.map(({ expected }) => expected))).toEqual(
      new Set(['the environment variable NAME to be set']),
    );
    expect(errors).toHaveLength(to.split('${NAME}').length - 1);
  });

  it('are not taken for the name of a dataset that a webhook asks for', () => {
    const text = `${spoil('name: weather', 'name: "${NAME}"')}webhooks:
  - { name: ops, url: 'https://a.example/', secret: '\${SECRET}', datasets: [weather] }
`;
    const secret = `whsec_${Buffer.alloc(24).toString('base64')}`;
    expect(errorsOf(text, { SECRET: secret })).toHaveLength(1);
  });

  it.each([
    ['name: weather', 'name: "${SECRET}"'],
    ['name: weather', 'name: weather\n    title: "${SECRET}"\n    on_empty: "${SECRET}"'],
    ['path: data/weather.csv', 'path: "${SECRET}{day}/.."'],
    ['date: date\n', 'date: "${SECRET}"\n'],
    ['date: date\n', 'date: ["${SECRET}"]\n'],
    ['name: weather', 'name: weather\n    throttle: "${SECRET}"'],
  ])('are never shown in an error: %s as %j', (from, to) => {
    const errors = errorsOf(spoil(from, to), { SECRET: 'Hunter2-!' });
    expect(errors).not.toEqual([]);
    expect(JSON.stringify(errors)).not.toContain('Hunter2');
  });

  it('are not shown where two datasets share one', () => {
    const text = spoil('name: weather', 'name: "${SECRET}"');
    const errors = errorsOf(text + text.replace('datasets:\n', ''), { SECRET: 'hunter2' });
    expect(errors).toContainEqual(
      expect.objectContaining({ received: '"${SECRET}" (text from the environment)' }),
    );
    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });
});

describe('readDatasetsFile', () => {
  it('reports a missing file', () => {
    expect(readDatasetsFile('/srv/none.yaml', {})).toEqual({
      ok: false,
      errors: [
        {
          ...{ path: '', line: null, column: null, expected: 'a file that can be read' },
          received: expect.stringContaining('ENOENT') as unknown,
        },
      ],
    });
  });
});
