/** What an address may say of a query. */
export type TextOf<Query> = Readonly<Partial<Record<keyof Query, string | undefined>>>;

/** The page that an address asks for: the first, unless it is a whole number from 1. */
export function readPage(text: string | undefined): number {
  const page = Number(text);
  return Number.isSafeInteger(page) && page > 0 ? page : 1;
}

/** A query as parameters of a request: what it says, and nothing of what it does not. */
export function requestParams(query: object): Record<string, string> {
  const entries = Object.entries(query) as [string, string | number | undefined][];
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** A query as parameters of an address: only what differs from the one that an empty address stands for. */
export function addressParams<Query extends object>(
  query: Query,
  all: Query,
): Record<string, string> {
  const defaults = requestParams(all);
  return Object.fromEntries(
    Object.entries(requestParams(query)).filter(([name, value]) => defaults[name] !== value),
  );
}

/** Whether a query leaves anything out, which order and page do not. */
export function isFiltered(query: object): boolean {
  const { sort, page, page_size, ...filter } = requestParams(query);
  return Object.keys(filter).length > 0;
}
