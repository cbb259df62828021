import type { DayColumn } from '../values/day-column.js';
import type { WrittenText } from '../formats/csv-dialect.js';
import type { ValueDialect } from '../values/value-dialect.js';

/** How the next page is found; null if there is only one page. */
export type HttpPaging =
  | {
      /** The value at a JSON pointer in the response becomes a query parameter. */
      readonly kind: 'cursor';
      readonly pointer: string;
      readonly parameter: string;
    }
  /** The `Link` header of the response, `rel="next"` (RFC 8288). */
  | { readonly kind: 'link' }
  | {
      /** A counter of pages (`number`) or of the rows before a page (`offset`). */
      readonly kind: 'number' | 'offset';
      readonly parameter: string;
      /** The parameter's value at the first page. */
      readonly first: number;
      /** The requested rows per page; null for the source's default. The source may return fewer. */
      readonly size: number | null;
      /** The query parameter that asks for `size` rows. */
      readonly sizeParameter: string | null;
    };

export const HTTP_FORMATS = ['json', 'ndjson', 'csv'] as const;
export type HttpFormat = (typeof HTTP_FORMATS)[number];

/** The parts of a request, with placeholders for the day. */
export interface HttpTemplates {
  readonly url: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A text, or a value that is sent as JSON; null for none. */
  readonly body: unknown;
}

/** An HTTP API as a source. */
export interface HttpSourceConfig extends HttpTemplates, WrittenText {
  readonly kind: 'http';
  readonly method: 'GET' | 'POST';
  /** The templates as written in the datasets file, with `${NAME}`; shown to users. */
  readonly written: HttpTemplates;
  /** The zone in which a day begins and ends. */
  readonly timeZone: string;
  /** The values of the templates' variables. Never shown. */
  readonly variables: Readonly<Record<string, string>>;
  readonly format: HttpFormat;
  /** A JSON pointer to the rows; `''` is the body itself. */
  readonly rows: string;
  /** Where the day of a row is, if an answer has many days; else null. */
  readonly dayColumn: DayColumn | null;
  readonly page: HttpPaging | null;
  /** Evenly spaced over all days in flight; null without a limit. */
  readonly requestsPerSecond: number | null;
  /** Statuses that mean that a day has no data. */
  readonly noDataStatus: readonly number[];
  readonly connectTimeoutSeconds: number;
  /** From a request to the head of its answer. */
  readonly headersTimeoutSeconds: number;
  /** Between two pieces of a body. */
  readonly bodyTimeoutSeconds: number;
  /** The longest total wait that a source may request for a day. */
  readonly maxWaitSeconds: number;
  /** Of one body, unpacked. */
  readonly maxBytes: number;
  readonly maxRowBytes: number;
  /** Of one day. */
  readonly maxPages: number;
  /** How texts are written, where a key says so. */
  readonly values?: ValueDialect;
}
