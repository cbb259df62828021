/** Where a next page comes from; null where there is but one. */
export type HttpPaging =
  | {
      /** The answer names it: the value at a JSON pointer goes into a query parameter. */
      readonly kind: 'cursor';
      readonly pointer: string;
      readonly parameter: string;
    }
  /** The answer's `Link` header names it, `rel="next"` (RFC 8288). */
  | { readonly kind: 'link' }
  | {
      /** Pages are counted (`number`), or the rows before a page are (`offset`). */
      readonly kind: 'number' | 'offset';
      readonly parameter: string;
      /** What the parameter is at the first page. */
      readonly first: number;
      /** How many rows a page to ask for; null to leave it to the source, which may give fewer in any case. */
      readonly size: number | null;
      /** The query parameter that asks for `size` rows. */
      readonly sizeParameter: string | null;
    };

export const HTTP_FORMATS = ['json', 'ndjson', 'csv'] as const;
export type HttpFormat = (typeof HTTP_FORMATS)[number];

/** What a request is made of, with placeholders for the day. */
export interface HttpTemplates {
  readonly url: string;
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text as it goes out, or what becomes JSON; null for none. */
  readonly body: unknown;
}

/** Rows that are answered by an HTTP API. */
export interface HttpSourceConfig extends HttpTemplates {
  readonly kind: 'http';
  readonly method: 'GET' | 'POST';
  /** The templates as the datasets file writes them, `${NAME}` and all; what people are shown. */
  readonly written: HttpTemplates;
  /** What stands in the place of each `${NAME}` of theirs. Never shown. */
  readonly variables: Readonly<Record<string, string>>;
  readonly format: HttpFormat;
  /** A JSON pointer to the rows; `''` is the body itself. */
  readonly rows: string;
  readonly page: HttpPaging | null;
  /** Evenly spaced, over all days in flight; null without a limit. */
  readonly requestsPerSecond: number | null;
  /** A status of these says that there is no data. */
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
}
