/** Cause and fix of every error of a day, in English: the sentences of `docs/errors.md`. */
export const dayErrorsEn = {
  SOURCE_FILE_MISSING: {
    cause: 'The source file is not where the datasets file says.',
    fix: 'Put the file there, or fix `path` in the datasets file. Then retry the failed days.',
  },
  SOURCE_UNREADABLE: {
    cause:
      'The file or the response cannot be read: Daysync has no permission, or it is not in the configured format.',
    fix: 'Read the error text. Grant the permission, or fix the file or its `kind`.',
  },
  SOURCE_FILE_CHANGED: {
    cause: 'The file changed while it was being read.',
    fix: 'Retried automatically. To update a file, write a complete new one and rename it over the old one.',
  },
  SOURCE_CHANGED: {
    cause:
      'A batch with the mode `verify` and the action `report` found that the source has other rows for the day than at its last sync.',
    fix: 'If the source is right, verify the day with the action `repair`, or sync it again with the mode `all`.',
  },
  TARGET_CHANGED: {
    cause:
      'A batch with the mode `verify` and the action `report` found that the target has other rows for the day than were written at its last sync, and the source has not changed.',
    fix: 'Find out who changes the table. To write the rows of the source again, verify the day with the action `repair`.',
  },
  SOURCE_CUT_OFF: {
    cause: 'The data ended early: the file is still being written, or the connection broke.',
    fix: 'Retried automatically. If it keeps failing, make sure that the source delivers the whole file.',
  },
  SOURCE_TIMED_OUT: {
    cause: 'The HTTP source did not answer in time, or stopped in the middle of its answer.',
    fix: 'Retried automatically. If it keeps failing, raise `headers_timeout_seconds` or `body_timeout_seconds`, or ask for less at a time.',
  },
  SOURCE_ANSWER_MALFORMED: {
    cause: 'The HTTP source sent an answer that is not HTTP.',
    fix: 'Retried automatically. If it keeps failing, check port and scheme of `url`, and any proxy on the way.',
  },
  SOURCE_BLOCKED: {
    cause:
      'A link, a redirect or a next page leads out of the configured folder or to another origin.',
    fix: 'If the source should read from there, configure that address or path.',
  },
  SOURCE_TOO_LARGE: {
    cause:
      'The unpacked data of a day is larger than the limit, or a part of a Parquet file that has to be in memory at once is.',
    fix: 'Split the data, write smaller row groups or pages, or raise `max_bytes` if the kind of source has it.',
  },
  SOURCE_INDEX_TOO_LARGE: {
    cause: 'The file has all days, and the rows of each day are too scattered in it.',
    fix: 'Sort the file by its `day_column`.',
  },
  SOURCE_TOO_MANY_FILES: {
    cause:
      'More files than the limit of 10,000 fit the `path` with `*`, or finding them takes too long.',
    fix: 'Name the folders in `path` more precisely, use placeholders such as `{yyyy}` and `{mm}`, or join the files.',
  },
  SOURCE_COLUMN_MISSING: {
    cause: 'The source lacks a column that the dataset reads.',
    fix: 'Fix `from` or `day_column` in the datasets file, or add the column to the source.',
  },
  SOURCE_COLUMN_DUPLICATE: {
    cause: 'Two columns of the source have the same name.',
    fix: 'Give them different names in the source or in the query.',
  },
  SOURCE_DAY_UNREADABLE: {
    cause:
      'The day of a row cannot be read. If other rows have a day, the row is listed and fails no day. If no row has one, every day fails.',
    fix: 'Set `day_column.format` if the error names one. Otherwise fix or remove the row, or name another column in `day_column`.',
  },
  SOURCE_ENCODING_INVALID: {
    cause:
      'The text is in another encoding than the dataset says; without `encoding` that is UTF-8.',
    fix: 'Set `encoding` in the datasets file, such as `windows-1252` or `gb18030`, or save the file as UTF-8.',
  },
  SOURCE_ROW_INVALID: {
    cause: 'A row is not an object of columns.',
    fix: 'Fix the row named in the error, or point `rows` at the list of rows.',
  },
  SOURCE_ROW_RAGGED: {
    cause: 'A CSV row has more or fewer fields than the header.',
    fix: 'Fix the row named in the error. Put text with a comma or a line break in quotes.',
  },
  SOURCE_ROW_TOO_LARGE: {
    cause: 'A row is larger than the limit.',
    fix: 'In a file, check for a quote that is opened and never closed. Otherwise shorten the row, or raise `max_row_bytes` if the kind of source has it.',
  },
  SOURCE_TOO_MANY_COLUMNS: {
    cause: 'A CSV header, or a row of JSON, has more columns than the limit of 10,000.',
    fix: 'Leave out the columns that no target needs, or turn them into rows. Many columns in one line can also mean that the line ends are missing.',
  },
  SOURCE_TOO_DEEP: {
    cause: 'JSON is nested more deeply than the limit of 1,000 levels.',
    fix: 'Nest it less deeply, or store it in a `text` column.',
  },
  SOURCE_TOO_MANY_VALUES: {
    cause: 'The JSON of one row has more values than the limit of 100,000.',
    fix: 'Split it into several rows, or store it in a `text` column.',
  },
  SOURCE_ROWS_MISSING: {
    cause: 'There is no list of rows at the configured pointer.',
    fix: 'Fix `rows` in the datasets file.',
  },
  SOURCE_STATUS_UNEXPECTED: {
    cause: 'The HTTP source answered with an unexpected status.',
    fix: 'Read the answer of the source. If it asks you to wait, retry the day later; if not, fix the address. If the status means that a day has no data, add it to `no_data_status`.',
  },
  SOURCE_UNAUTHORIZED: {
    cause: 'The HTTP source rejected the credentials.',
    fix: 'Update the environment variable with the credentials, restart Daysync, and resume the batch.',
  },
  SOURCE_UNAVAILABLE: {
    cause: 'The HTTP source is temporarily unavailable.',
    fix: 'Retried automatically. If it fails on every day, the batch pauses: resume it once the source is back.',
  },
  SOURCE_UNREACHABLE: {
    cause:
      'Daysync cannot connect to the HTTP source: its name, its certificate or the network is at fault.',
    fix: 'Fix what the error names, and resume the batch.',
  },
  SOURCE_RATE_LIMITED: {
    cause: 'The HTTP source asked Daysync to wait.',
    fix: 'Daysync waits as long as asked and continues. If it happens often, lower `requests_per_second`.',
  },
  SOURCE_WAIT_TOO_LONG: {
    cause: 'The HTTP source asked for a wait longer than `max_wait_seconds`.',
    fix: 'Resume the batch later, or raise `max_wait_seconds`.',
  },
  SOURCE_TOO_MANY_PAGES: {
    cause: 'The day has more pages than `max_pages`.',
    fix: 'Raise `max_pages`, or request larger pages.',
  },
  PAGE_LOOP: {
    cause: 'The next page is one that was already read.',
    fix: 'Fix `page` in the datasets file.',
  },
  PAGE_UNREADABLE: {
    cause: 'The cursor or link to the next page is not usable.',
    fix: 'Fix `page` in the datasets file.',
  },
  PROVIDER_CRASHED: {
    cause:
      'The provider ended its thread: by an exception outside of any promise, by `process.exit`, or with more than 1 GiB of heap.',
    fix: 'Retried automatically. If it keeps failing, read the error text and fix the provider.',
  },
  PROVIDER_FAILED: {
    cause: 'The provider threw an unclassified error.',
    fix: 'Read the error text and fix the provider. It can throw a `ProviderError` to classify its errors.',
  },
  PROVIDER_ROW_INVALID: {
    cause: 'The provider yielded something other than a mapping of columns to values.',
    fix: 'Fix the provider.',
  },
  PROVIDER_UNUSABLE: {
    cause: "The provider's module cannot be loaded, or its default export is not a provider class.",
    fix: 'Fix `module` in the datasets file, or the module itself.',
  },
  SQL_CONNECTION_LOST: {
    cause: 'The connection to the source database broke.',
    fix: 'Retried automatically. If it keeps failing, retry these days later.',
  },
  SQL_LOGIN_REFUSED: {
    cause: 'The source database rejected the user, the password or the database name.',
    fix: 'Fix the environment variable or the `url` that contains them, restart Daysync, and resume the batch.',
  },
  SQL_QUERY_FAILED: {
    cause: 'The source database did not complete the query.',
    fix: 'Read the error text. Temporary errors are retried automatically; otherwise fix the query or the data.',
  },
  SQL_QUERY_REFUSED: {
    cause: 'The source database rejected the query, or the query does more than read.',
    fix: 'Fix `query` in the datasets file.',
  },
  SQL_UNREACHABLE: {
    cause: 'Daysync cannot connect to the source database.',
    fix: 'Fix the address or restart the database server, and resume the batch.',
  },
  VALUE_INVALID: {
    cause: 'A value does not fit the type of its target column.',
    fix: 'Fix the row named in the error, or the type or `nullable` of the column.',
  },
  TOO_MANY_BAD_ROWS: {
    cause: 'The day has more rows that do not fit than `on_bad_row` allows. None of them is kept.',
    fix: 'Fix the rows, beginning with the one named in the error, or raise the bound in `on_bad_row`.',
  },
  CHECK_FAILED: {
    cause:
      'The rows of the day do not pass the `checks` of the dataset. The error says which, what was expected and what came. Nothing was written, and earlier rows of the day are kept.',
    fix: 'If the source is wrong, retry the day once it is right. If the day is right, change `checks`, or set `action: warn`, and retry it.',
  },
  EMPTY_DAY: {
    cause: 'The day has no rows, and `on_empty` is `fail`.',
    fix: 'Retry the day once the source has its data, or change `on_empty`.',
  },
  EMPTY_DAY_HAD_ROWS: {
    cause: 'The day had rows before, and now the source has none. The earlier rows are kept.',
    fix: 'Retry the day once the source has its rows again. If the day is meant to be empty, set `on_empty: success`.',
  },
  DAY_TOO_LARGE: {
    cause: 'The day has more rows than the limit.',
    fix: 'Split the dataset.',
  },
  TIMEOUT: {
    cause: 'The source took longer than `timeout_seconds`.',
    fix: 'Retried automatically. If it keeps failing, raise `timeout_seconds`.',
  },
  NO_ROOM: {
    cause: "The disk is too full to store the day's rows.",
    fix: 'Free some disk space. The batch continues automatically.',
  },
  TARGET_REFUSED: {
    cause:
      'The target rejected the rows: a constraint, a trigger, a value that it cannot hold, columns that differ from the datasets file, a statement that took ten minutes, or a folder with days of another program.',
    fix: 'Read the error text: it says what to change, in the rows, in the target or in the datasets file.',
  },
  TARGET_CHANGED_ROWS: {
    cause:
      'The target had other rows than those that were written, before the commit: a trigger, a rule or a policy of its table drops, doubles or changes them. Nothing was written.',
    fix: 'Read the error text. Remove what changes the rows of this table, or let it write to another one. Then retry the day.',
  },
  MOVE_REFUSED: {
    cause:
      'A move found other rows in the earlier target than its record has, or the earlier target is gone or has other columns.',
    fix: 'Read the error text. Sync the day again from its source with the mode `all`.',
  },
  TARGET_UNREACHABLE: {
    cause: 'The target does not answer, or its folder is not there.',
    fix: 'Start the target, or fix its address. The batch continues automatically.',
  },
  TARGET_LOGIN_REFUSED: {
    cause: 'The target refused the login, or has no such database.',
    fix: 'Fix user and password in the environment, or the permission in the target. The batch continues automatically.',
  },
  TARGET_FULL: {
    cause: 'The disk of the target is full.',
    fix: 'Free some space there. The batch continues automatically.',
  },
  TARGET_READ_ONLY: {
    cause: 'The target may only be read: a stand-by, a read-only file or folder.',
    fix: 'Make it writable, or configure the primary. The batch continues automatically.',
  },
  TARGET_LOCKED: {
    cause: 'Another program has the target locked.',
    fix: 'Close the other program, or let it finish. The batch continues automatically.',
  },
  NEXT_DAY_OUT_OF_RANGE: {
    cause: 'The source uses the next day, and 9999-12-31 has none.',
    fix: 'Leave 9999-12-31 out of the range.',
  },
  DAY_CRASHED_PROCESS: {
    cause: 'The process crashed twice while this day was the only one in flight.',
    fix: 'Check the log around both crashes. Most often the day is too large for the memory.',
  },
  DATASET_CHANGED: {
    cause: 'The dataset was changed or removed in the datasets file after the batch started.',
    fix: 'Start a new batch.',
  },
  SAME_ERROR_REPEATED: {
    cause:
      'As many days in a row as `pause_after_failures` says have failed with the same code in the same column.',
    fix: 'Fix what the error names. Resume the batch, which continues with the next day, and retry the failed days when it has ended.',
  },
  INTERNAL: {
    cause: 'A bug in Daysync.',
    fix: 'Find the day in the log, and report its entry.',
  },
} as const;
