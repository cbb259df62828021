/**
 * What an error comes to, in words: the three kinds of a source's, a batch that waits, a batch that ends. The same
 * error may be of several kinds.
 */
export const DAY_ERROR_EFFECTS = {
  passing: 'tried again, up to `attempts`',
  lasting: 'the day fails',
  source_wide: 'concerns every day: the batch pauses after five of them',
  waiting: 'the batch waits, and no attempt is counted',
  batch: 'the batch ends as failed',
} as const;

/** What is known of an error of a day, of its source or of its batch. */
export interface DayErrorEntry {
  readonly kinds: readonly (keyof typeof DAY_ERROR_EFFECTS)[];
  /** Why it comes, in a sentence or two of Markdown. */
  readonly cause: string;
  /** What to do about it. */
  readonly cure: string;
}

/** The codes of what can be wrong with a day, its source or its batch; `docs/errors.md` is made of it. */
export const DAY_ERRORS = {
  SOURCE_FILE_MISSING: {
    kinds: ['source_wide'],
    cause: 'The file of the source is not where the datasets file says.',
    cure: 'Put it there, or mend `path`; then retry the failed days.',
  },
  SOURCE_UNREADABLE: {
    kinds: ['lasting', 'source_wide'],
    cause:
      'The file or the answer of the source can not be read: a right is missing, or it is not of the configured format.',
    cure: 'Look at the text of the error; give the right, or mend the file or its `kind`.',
  },
  SOURCE_CHANGED: {
    kinds: ['passing'],
    cause: 'The file changed while it was read.',
    cure: 'Nothing: it is tried again. Replace files by renaming a complete one.',
  },
  SOURCE_CUT_OFF: {
    kinds: ['passing'],
    cause:
      'The data ended in the middle: a file that is still being written, or a connection that broke.',
    cure: 'Nothing, if it passes: it is tried again. Else have the file written whole.',
  },
  SOURCE_BLOCKED: {
    kinds: ['lasting'],
    cause:
      'A link, a redirect or a next page leads out of the folder or to another origin than the configured one.',
    cure: 'If it is meant to, configure where it leads to.',
  },
  SOURCE_TOO_LARGE: {
    kinds: ['lasting', 'source_wide'],
    cause: 'The data of a day, unpacked, is larger than the limit.',
    cure: 'Split it, or raise `max_bytes` where the kind of source has it.',
  },
  SOURCE_INDEX_TOO_LARGE: {
    kinds: ['source_wide'],
    cause: 'The rows of the days are too scattered in the one file that has them all.',
    cure: 'Sort the file by its `day_column`.',
  },
  SOURCE_COLUMN_MISSING: {
    kinds: ['source_wide'],
    cause: 'The source lacks a column that the dataset reads.',
    cure: 'Mend `from` or `day_column` in the datasets file, or the source.',
  },
  SOURCE_COLUMN_DUPLICATE: {
    kinds: ['lasting', 'source_wide'],
    cause: 'Two columns of the source have the same name, so that it is not clear which is meant.',
    cure: 'Give them different names in the source or the query.',
  },
  SOURCE_DAY_UNREADABLE: {
    kinds: ['source_wide'],
    cause: 'A row of the file has no readable day, so that it can belong to any.',
    cure: 'Mend the row that the error names.',
  },
  SOURCE_ENCODING_INVALID: {
    kinds: ['lasting'],
    cause: 'The text is not UTF-8.',
    cure: 'Write the file in UTF-8.',
  },
  SOURCE_ROW_INVALID: {
    kinds: ['lasting'],
    cause: 'A row is not an object of columns.',
    cure: 'Mend the row that the error names, or point `rows` at the list of rows.',
  },
  SOURCE_ROW_RAGGED: {
    kinds: ['lasting'],
    cause: 'A row of CSV has more or fewer fields than the header.',
    cure: 'Mend the row that the error names; a text with a comma or a line break stands in quotes.',
  },
  SOURCE_ROW_TOO_LARGE: {
    kinds: ['lasting', 'source_wide'],
    cause: 'A row is larger than the limit.',
    cure: 'Look for a quote that is opened and not closed; else shorten the row.',
  },
  SOURCE_ROWS_MISSING: {
    kinds: ['lasting'],
    cause: 'There is no list of rows at the configured pointer.',
    cure: 'Mend `rows` in the datasets file.',
  },
  SOURCE_STATUS_UNEXPECTED: {
    kinds: ['lasting'],
    cause: 'The HTTP source answered with a status that is neither rows nor no data.',
    cure: 'Mend the address, or name the status in `no_data_status` if it says that a day has none.',
  },
  SOURCE_UNAUTHORIZED: {
    kinds: ['source_wide'],
    cause: 'The HTTP source refused the credentials.',
    cure: 'Set the variable that they come from anew, restart, and resume the batch.',
  },
  SOURCE_UNAVAILABLE: {
    kinds: ['passing'],
    cause: 'The HTTP source answers that it can not do so now.',
    cure: 'Nothing, if it passes: it is tried again. Else retry the failed days later.',
  },
  SOURCE_UNREACHABLE: {
    kinds: ['source_wide'],
    cause: 'No connection to the HTTP source comes about: its name, its certificate, the network.',
    cure: 'Mend what the error names, and resume the batch.',
  },
  SOURCE_RATE_LIMITED: {
    kinds: ['passing'],
    cause: 'The HTTP source asks to be left alone for a while.',
    cure: 'Nothing: the day waits as long. Lower `requests_per_second` if it comes often.',
  },
  SOURCE_WAIT_TOO_LONG: {
    kinds: ['source_wide'],
    cause: 'The HTTP source asks for a longer wait than `max_wait_seconds`.',
    cure: 'Resume the batch later, or raise `max_wait_seconds`.',
  },
  SOURCE_TOO_MANY_PAGES: {
    kinds: ['lasting'],
    cause: 'The day has more pages than `max_pages`.',
    cure: 'Raise `max_pages`, or ask for larger pages.',
  },
  PAGE_LOOP: {
    kinds: ['lasting'],
    cause: 'The next page is one that was there before.',
    cure: 'Mend the paging in the datasets file.',
  },
  PAGE_UNREADABLE: {
    kinds: ['lasting'],
    cause: 'What should say where the next page is says something else.',
    cure: 'Mend the paging in the datasets file.',
  },
  PROVIDER_FAILED: {
    kinds: ['passing', 'lasting', 'source_wide'],
    cause: 'The provider threw an error that does not say what it means.',
    cure: 'Look at the text of the error, and mend the provider; it can throw a `SourceError` that says more.',
  },
  PROVIDER_ROW_INVALID: {
    kinds: ['lasting'],
    cause: 'The provider yielded something else than a mapping of columns to values.',
    cure: 'Mend the provider.',
  },
  PROVIDER_UNUSABLE: {
    kinds: ['source_wide'],
    cause: 'The module of the provider can not be loaded or has no such export.',
    cure: 'Mend `module` in the datasets file, or the module.',
  },
  SQL_CONNECTION_LOST: {
    kinds: ['passing'],
    cause: 'The connection to the source database broke.',
    cure: 'Nothing, if it passes: it is tried again.',
  },
  SQL_LOGIN_REFUSED: {
    kinds: ['source_wide'],
    cause: 'The source database refuses the user, the password or the database.',
    cure: 'Mend the variable or the `url` that they come from, restart, and resume the batch.',
  },
  SQL_QUERY_FAILED: {
    kinds: ['passing', 'lasting'],
    cause: 'The source database did not bring the query to its end.',
    cure: 'Look at the text of the error: what passes is tried again; else mend the query or the data.',
  },
  SQL_QUERY_REFUSED: {
    kinds: ['source_wide'],
    cause: 'The source database does not take the query, or it does not only read.',
    cure: 'Mend `query` in the datasets file.',
  },
  SQL_UNREACHABLE: {
    kinds: ['passing', 'source_wide'],
    cause: 'No connection to the source database comes about.',
    cure: 'Mend the address or bring the server back, and resume the batch.',
  },
  VALUE_INVALID: {
    kinds: ['lasting'],
    cause: 'A value does not fit the type of its target column.',
    cure: 'Mend the row that the error names, or the type or `nullable` of the column.',
  },
  EMPTY_DAY: {
    kinds: ['lasting'],
    cause: 'The day has no row, and `on_empty` is `fail`.',
    cure: 'Retry it when the source has the day, or set `on_empty`.',
  },
  EMPTY_DAY_HAD_ROWS: {
    kinds: ['lasting'],
    cause: 'The day had rows and the source has none now. The rows of before are kept.',
    cure: 'Retry it when the source has them again; `on_empty: success` takes an empty day at its word.',
  },
  DAY_TOO_LARGE: {
    kinds: ['lasting'],
    cause: 'The day has more rows than a day may have.',
    cure: 'Split the dataset.',
  },
  TIMEOUT: {
    kinds: ['passing'],
    cause: 'The source took longer than `timeout_seconds`.',
    cure: 'Nothing, if it passes: it is tried again. Else raise `timeout_seconds`.',
  },
  NO_ROOM: {
    kinds: ['waiting', 'passing'],
    cause: 'There is no room on the disk to gather the rows of the day.',
    cure: 'Make room: the batch goes on by itself.',
  },
  TARGET_REFUSED: {
    kinds: ['lasting'],
    cause: 'A constraint or a trigger of the target table refused the rows.',
    cure: 'Mend the rows, or the constraint.',
  },
  NEXT_DAY_OUT_OF_RANGE: {
    kinds: ['lasting'],
    cause: 'The source is asked for the day after, and 9999-12-31 has none.',
    cure: 'Leave that day out of the range.',
  },
  DAY_CRASHED_PROCESS: {
    kinds: ['lasting'],
    cause: 'The program ended twice while this day alone was in flight.',
    cure: 'Look at the log of both ends; most often the day is too large for the memory.',
  },
  DATASET_CHANGED: {
    kinds: ['batch'],
    cause: 'The dataset was changed in or taken out of the datasets file after the batch began.',
    cure: 'Start a new batch.',
  },
  INTERNAL: {
    kinds: ['passing', 'batch'],
    cause: 'A bug of Daysync.',
    cure: 'Find the day in the log, and report what stands there.',
  },
} as const satisfies Record<string, DayErrorEntry>;

export type DayErrorCode = keyof typeof DAY_ERRORS;
export const DAY_ERROR_CODES = Object.keys(DAY_ERRORS) as readonly DayErrorCode[];

const PROVIDER_CODE = /^[A-Z][A-Z0-9_]{0,62}$/;

/** A code of a provider's own: the catalogue does not know it. */
export type ProviderErrorCode = string & { readonly __brand: 'ProviderErrorCode' };

/** Whether a provider may have its errors told by this code. */
export function isProviderErrorCode(code: unknown): code is ProviderErrorCode {
  return typeof code === 'string' && PROVIDER_CODE.test(code);
}
