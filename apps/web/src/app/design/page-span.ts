/** Where a page stands in its list, as every paged answer says it. */
export interface PageOf {
  /** From 1. */
  readonly page: number;
  readonly page_size: number;
  readonly total: number;
}

/** What a page shows of its list, and what is before and behind it. */
export interface PageSpan {
  /** The first entry shown, from 1; 0 where there is none. */
  readonly from: number;
  readonly to: number;
  readonly total: number;
  readonly pages: number;
  readonly previous: number;
  readonly next: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** The last page of a list, where the one that came lies beyond it: fewer may be there than there were. */
export function lastPageOf(
  page: (PageOf & { readonly items: readonly unknown[] }) | undefined,
): number | undefined {
  const isBeyond = page?.items.length === 0 && page.total > 0;
  return isBeyond ? pageSpan(page).pages : undefined;
}

/** A page beyond the last shows nothing, and the page before it is the last. */
export function pageSpan({ page, page_size, total }: PageOf): PageSpan {
  const pages = Math.max(1, Math.ceil(total / page_size));
  const before = (page - 1) * page_size;
  const isBeyond = before >= total;
  return {
    from: isBeyond ? 0 : before + 1,
    to: isBeyond ? 0 : Math.min(total, before + page_size),
    total,
    pages,
    previous: Math.max(1, Math.min(page - 1, pages)),
    next: Math.min(page + 1, pages),
    isFirst: page <= 1,
    isLast: page >= pages,
  };
}
