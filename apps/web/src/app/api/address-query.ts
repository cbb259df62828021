/** The fields of a query as an address has them. */
export type TextOf<Query> = Readonly<Partial<Record<keyof Query, string | undefined>>>;

/** Reads a page number; what is not a whole number from 1 is page 1. */
export function readPage(text: string | undefined): number {
  const page = Number(text);
  return Number.isSafeInteger(page) && page > 0 ? page : 1;
}

/** A query as request parameters, without its undefined fields. */
export function requestParams(query: object): Record<string, string> {
  const entries = Object.entries(query) as [string, string | number | undefined][];
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** A query as address parameters: only what differs from the default query. */
export function addressParams<Query extends object>(
  query: Query,
  all: Query,
): Record<string, string> {
  const defaults = requestParams(all);
  return Object.fromEntries(
    Object.entries(requestParams(query)).filter(([name, value]) => defaults[name] !== value),
  );
}

/** Whether a query filters; order and page do not. */
export function isFiltered(query: object): boolean {
  const { sort, page, page_size, ...filter } = requestParams(query);
  return Object.keys(filter).length > 0;
}
