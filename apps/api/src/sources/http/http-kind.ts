import { fillDayTemplate, hasInstant } from '../file/day-template.js';
import { writtenTextParts } from '../formats/csv-dialect.js';
import { part, sorted, zoneParts } from '../kind/fingerprint-part.js';
import type { SourceDefinition } from '../kind/source-kind.js';
import { dayColumnParts } from '../values/day-column.js';
import type { HttpSourceConfig } from './http-config.js';
import type { HttpSourceOptions } from './http-exchange.js';
import { readHttpSource } from './http-reading.js';
import { HttpSource } from './http-source.js';
import { reachServer } from './http-probe.js';
import { IndexedHttpSource } from './indexed-http-source.js';

/** What counts its requests, and limits them together with those of other processes. */
export type HttpPorts = Pick<HttpSourceOptions, 'answered' | 'makeLimiter'>;

export const HTTP_KIND: SourceDefinition<HttpSourceConfig, HttpPorts> = {
  read: readHttpSource,

  deciding(config) {
    const { method, written, format, rows, page, noDataStatus, timeZone, dayColumn } = config;
    const headers = Object.entries(written.headers).map(([name, value]) => [
      `headers.${name}`,
      value,
    ]);
    return [
      part('method', method),
      {
        value: sorted(written),
        keys: {
          ...{ url: written.url, body: sorted(written.body) },
          ...(Object.fromEntries(headers) as Record<string, unknown>),
        },
      },
      part('format', format),
      part('rows', rows),
      part('page', sorted(page)),
      part('no_data_status', noDataStatus),
      ...(dayColumn === null
        ? []
        : dayColumnParts(dayColumn).map(([key, value]) => part(key, [key, value]))),
      ...writtenTextParts(config).map(([key, value]) => part(key, value)),
      ...zoneParts(hasInstant([JSON.stringify(written)]), timeZone),
    ];
  },

  open(config, { attempts, columns, kept }, ports) {
    const { dayColumn } = config;
    return dayColumn === null
      ? new HttpSource(config, attempts, { columns, ...ports })
      : new IndexedHttpSource(...([config, dayColumn, attempts, ports] as const), kept);
  },

  uses: ({ attempts, columns }) => [attempts, columns],
  describeDay: ({ method, written }, day) => `${method} ${fillDayTemplate(written.url, day)}`,
  probe: {
    reach: ({ url }) => reachServer(new URL(url)),
    fix: 'correct url in the datasets file, or let this machine connect there: name server, firewall, certificate',
  },
};
