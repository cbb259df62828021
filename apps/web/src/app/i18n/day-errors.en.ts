/** Cause and fix of every error of a day, in English: the sentences of `docs/errors.md`. */
export const dayErrorsEn = {
  SOURCE_FILE_MISSING: {
    cause: 'The file of the source is not where the datasets file says.',
    fix: 'Put it there, or mend `path`; then retry the failed days.',
  },
  SOURCE_UNREADABLE: {
    cause:
      'The file or the answer of the source can not be read: a right is missing, or it is not of the configured format.',
    fix: 'Look at the text of the error; give the right, or mend the file or its `kind`.',
  },
  SOURCE_CHANGED: {
    cause: 'The file changed while it was read.',
    fix: 'Nothing: it is tried again. Replace files by renaming a complete one.',
  },
  SOURCE_CUT_OFF: {
    cause:
      'The data ended in the middle: a file that is still being written, or a connection that broke.',
    fix: 'Nothing, if it passes: it is tried again. Else have the file written whole.',
  },
  SOURCE_BLOCKED: {
    cause:
      'A link, a redirect or a next page leads out of the folder or to another origin than the configured one.',
    fix: 'If it is meant to, configure where it leads to.',
  },
  SOURCE_TOO_LARGE: {
    cause: 'The data of a day, unpacked, is larger than the limit.',
    fix: 'Split it, or raise `max_bytes` where the kind of source has it.',
  },
  SOURCE_INDEX_TOO_LARGE: {
    cause: 'The rows of the days are too scattered in the one file that has them all.',
    fix: 'Sort the file by its `day_column`.',
  },
  SOURCE_COLUMN_MISSING: {
    cause: 'The source lacks a column that the dataset reads.',
    fix: 'Mend `from` or `day_column` in the datasets file, or the source.',
  },
  SOURCE_COLUMN_DUPLICATE: {
    cause: 'Two columns of the source have the same name, so that it is not clear which is meant.',
    fix: 'Give them different names in the source or the query.',
  },
  SOURCE_DAY_UNREADABLE: {
    cause: 'A row of the file has no readable day, so that it can belong to any.',
    fix: 'Mend the row that the error names.',
  },
  SOURCE_ENCODING_INVALID: {
    cause: 'The text is not UTF-8.',
    fix: 'Write the file in UTF-8.',
  },
  SOURCE_ROW_INVALID: {
    cause: 'A row is not an object of columns.',
    fix: 'Mend the row that the error names, or point `rows` at the list of rows.',
  },
  SOURCE_ROW_RAGGED: {
    cause: 'A row of CSV has more or fewer fields than the header.',
    fix: 'Mend the row that the error names; a text with a comma or a line break stands in quotes.',
  },
  SOURCE_ROW_TOO_LARGE: {
    cause: 'A row is larger than the limit.',
    fix: 'Look for a quote that is opened and not closed; else shorten the row.',
  },
  SOURCE_ROWS_MISSING: {
    cause: 'There is no list of rows at the configured pointer.',
    fix: 'Mend `rows` in the datasets file.',
  },
  SOURCE_STATUS_UNEXPECTED: {
    cause: 'The HTTP source answered with a status that is neither rows nor no data.',
    fix: 'Mend the address, or name the status in `no_data_status` if it says that a day has none.',
  },
  SOURCE_UNAUTHORIZED: {
    cause: 'The HTTP source refused the credentials.',
    fix: 'Set the variable that they come from anew, restart, and resume the batch.',
  },
  SOURCE_UNAVAILABLE: {
    cause: 'The HTTP source answers that it can not do so now.',
    fix: 'Nothing, if it passes: it is tried again. Else retry the failed days later.',
  },
  SOURCE_UNREACHABLE: {
    cause: 'No connection to the HTTP source comes about: its name, its certificate, the network.',
    fix: 'Mend what the error names, and resume the batch.',
  },
  SOURCE_RATE_LIMITED: {
    cause: 'The HTTP source asks to be left alone for a while.',
    fix: 'Nothing: the day waits as long. Lower `requests_per_second` if it comes often.',
  },
  SOURCE_WAIT_TOO_LONG: {
    cause: 'The HTTP source asks for a longer wait than `max_wait_seconds`.',
    fix: 'Resume the batch later, or raise `max_wait_seconds`.',
  },
  SOURCE_TOO_MANY_PAGES: {
    cause: 'The day has more pages than `max_pages`.',
    fix: 'Raise `max_pages`, or ask for larger pages.',
  },
  PAGE_LOOP: {
    cause: 'The next page is one that was there before.',
    fix: 'Mend the paging in the datasets file.',
  },
  PAGE_UNREADABLE: {
    cause: 'What should say where the next page is says something else.',
    fix: 'Mend the paging in the datasets file.',
  },
  PROVIDER_FAILED: {
    cause: 'The provider threw an error that does not say what it means.',
    fix: 'Look at the text of the error, and mend the provider; it can throw a `SourceError` that says more.',
  },
  PROVIDER_ROW_INVALID: {
    cause: 'The provider yielded something else than a mapping of columns to values.',
    fix: 'Mend the provider.',
  },
  PROVIDER_UNUSABLE: {
    cause: 'The module of the provider can not be loaded or has no such export.',
    fix: 'Mend `module` in the datasets file, or the module.',
  },
  SQL_CONNECTION_LOST: {
    cause: 'The connection to the source database broke.',
    fix: 'Nothing, if it passes: it is tried again.',
  },
  SQL_LOGIN_REFUSED: {
    cause: 'The source database refuses the user, the password or the database.',
    fix: 'Mend the variable or the `url` that they come from, restart, and resume the batch.',
  },
  SQL_QUERY_FAILED: {
    cause: 'The source database did not bring the query to its end.',
    fix: 'Look at the text of the error: what passes is tried again; else mend the query or the data.',
  },
  SQL_QUERY_REFUSED: {
    cause: 'The source database does not take the query, or it does not only read.',
    fix: 'Mend `query` in the datasets file.',
  },
  SQL_UNREACHABLE: {
    cause: 'No connection to the source database comes about.',
    fix: 'Mend the address or bring the server back, and resume the batch.',
  },
  VALUE_INVALID: {
    cause: 'A value does not fit the type of its target column.',
    fix: 'Mend the row that the error names, or the type or `nullable` of the column.',
  },
  EMPTY_DAY: {
    cause: 'The day has no row, and `on_empty` is `fail`.',
    fix: 'Retry it when the source has the day, or set `on_empty`.',
  },
  EMPTY_DAY_HAD_ROWS: {
    cause: 'The day had rows and the source has none now. The rows of before are kept.',
    fix: 'Retry it when the source has them again; `on_empty: success` takes an empty day at its word.',
  },
  DAY_TOO_LARGE: {
    cause: 'The day has more rows than a day may have.',
    fix: 'Split the dataset.',
  },
  TIMEOUT: {
    cause: 'The source took longer than `timeout_seconds`.',
    fix: 'Nothing, if it passes: it is tried again. Else raise `timeout_seconds`.',
  },
  NO_ROOM: {
    cause: 'There is no room on the disk to gather the rows of the day.',
    fix: 'Make room: the batch goes on by itself.',
  },
  TARGET_REFUSED: {
    cause: 'A constraint or a trigger of the target table refused the rows.',
    fix: 'Mend the rows, or the constraint.',
  },
  NEXT_DAY_OUT_OF_RANGE: {
    cause: 'The source is asked for the day after, and 9999-12-31 has none.',
    fix: 'Leave that day out of the range.',
  },
  DAY_CRASHED_PROCESS: {
    cause: 'The program ended twice while this day alone was in flight.',
    fix: 'Look at the log of both ends; most often the day is too large for the memory.',
  },
  DATASET_CHANGED: {
    cause: 'The dataset was changed in or taken out of the datasets file after the batch began.',
    fix: 'Start a new batch.',
  },
  INTERNAL: {
    cause: 'A bug of Daysync.',
    fix: 'Find the day in the log, and report what stands there.',
  },
} as const;
