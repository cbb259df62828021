/** Cause and fix of every error of a day, in Chinese; code is in backticks. */
export const dayErrorsZh = {
  SOURCE_FILE_MISSING: {
    cause: '来源文件不在数据集文件指定的位置。',
    fix: '将文件放到该位置，或修正数据集文件中的 `path`，然后重试失败的日期。',
  },
  SOURCE_UNREADABLE: {
    cause: '文件或响应无法读取：没有权限，或格式与配置不符。',
    fix: '查看错误详情，授予权限，或修正文件或其 `kind`。',
  },
  SOURCE_FILE_CHANGED: {
    cause: '读取期间文件发生了变化。',
    fix: '系统会自动重试。更新文件时，请先写好完整的新文件，再改名覆盖旧文件。',
  },
  SOURCE_CHANGED: {
    cause: '以 `verify` 模式、`report` 方式核对时发现：来源这一天的数据与上次同步时不同。',
    fix: '如果来源是对的，请以 `repair` 方式核对这一天，或用 `all` 模式重新同步。',
  },
  TARGET_CHANGED: {
    cause:
      '以 `verify` 模式、`report` 方式核对时发现：来源没有变化，但目标表这一天的数据与上次同步时写入的不同。',
    fix: '请查明谁修改了目标表。如需恢复来源的数据，请以 `repair` 方式核对这一天。',
  },
  SOURCE_CUT_OFF: {
    cause: '数据提前结束：文件尚未写完，或连接中断。',
    fix: '系统会自动重试；若仍失败，请确认来源提供的是完整文件。',
  },
  SOURCE_TIMED_OUT: {
    cause: 'HTTP 来源未在限定时间内响应，或响应中途停止。',
    fix: '系统会自动重试；若仍失败，请调大 `headers_timeout_seconds` 或 `body_timeout_seconds`，或减少每次请求的数据量。',
  },
  SOURCE_ANSWER_MALFORMED: {
    cause: 'HTTP 来源返回的内容不符合 HTTP 协议。',
    fix: '系统会自动重试；若仍失败，请检查 `url` 的端口和协议，以及中间的代理。',
  },
  SOURCE_BLOCKED: {
    cause: '链接、重定向或下一页指向了所配置的目录或站点之外。',
    fix: '如果确实需要从那里读取，请配置对应的地址或路径。',
  },
  SOURCE_TOO_LARGE: {
    cause: '这一天的数据解压后超过上限，或 Parquet 文件中需要一次读入内存的部分过大。',
    fix: '拆分数据，或写入更小的行组或页；如果该类来源支持，也可以调大 `max_bytes`。',
  },
  SOURCE_INDEX_TOO_LARGE: {
    cause: '所有日期都在一个文件中，且同一天的行过于分散。',
    fix: '将文件按 `day_column` 排序。',
  },
  SOURCE_TOO_MANY_FILES: {
    cause: '符合带 `*` 的 `path` 的文件超过 10,000 个，或查找文件耗时过长。',
    fix: '在 `path` 中更精确地写出文件夹，使用 `{yyyy}`、`{mm}` 等占位符，或合并文件。',
  },
  SOURCE_COLUMN_MISSING: {
    cause: '来源缺少数据集要读取的列。',
    fix: '修正数据集文件中的 `from` 或 `day_column`，或在来源中补充该列。',
  },
  SOURCE_COLUMN_DUPLICATE: {
    cause: '来源有两列同名。',
    fix: '在来源或查询中为它们取不同的名称。',
  },
  SOURCE_DAY_UNREADABLE: {
    cause:
      '有一行的日期无法识别。如果其他行的日期正常，这一行会单独列出，不会使任何一天失败；如果所有行都无法识别，则每一天都会失败。',
    fix: '如果错误中给出了 `day_column.format`，请设置它；否则修正或删除该行，或在 `day_column` 中改用其他列。',
  },
  SOURCE_ENCODING_INVALID: {
    cause: '文本的编码与数据集的设置不符；未设置 `encoding` 时应为 UTF-8。',
    fix: '在数据集文件中设置 `encoding`，例如 `windows-1252` 或 `gb18030`，或将文件保存为 UTF-8。',
  },
  SOURCE_ROW_INVALID: {
    cause: '有一行不是由列组成的对象。',
    fix: '修正错误中指出的行，或让 `rows` 指向行的列表。',
  },
  SOURCE_ROW_RAGGED: {
    cause: 'CSV 中有一行的字段数与表头不一致。',
    fix: '修正错误中指出的行；含有逗号或换行的文本要用引号括起来。',
  },
  SOURCE_ROW_TOO_LARGE: {
    cause: '有一行超过大小上限。',
    fix: '如果是文件，请检查是否有未闭合的引号；否则请缩短该行，或在来源支持时调大 `max_row_bytes`。',
  },
  SOURCE_TOO_MANY_COLUMNS: {
    cause: 'CSV 表头或某行 JSON 的列数超过上限（10,000 列）。',
    fix: '删去目标表用不到的列，或将列转为行。如果一行中的列数异常多，也可能是文件缺少换行符。',
  },
  SOURCE_TOO_DEEP: {
    cause: 'JSON 的嵌套层数超过上限（1,000 层）。',
    fix: '减少嵌套层数，或将其存入 `text` 类型的列。',
  },
  SOURCE_TOO_MANY_VALUES: {
    cause: '某一行的 JSON 中值的数量超过上限（100,000 个）。',
    fix: '将其拆分为多行，或存入 `text` 类型的列。',
  },
  SOURCE_ROWS_MISSING: {
    cause: '在配置的位置没有数据行列表。',
    fix: '修正数据集文件中的 `rows`。',
  },
  SOURCE_STATUS_UNEXPECTED: {
    cause: 'HTTP 来源返回了意外的状态码。',
    fix: '请先查看来源返回的内容：如果来源要求稍后再试，请稍后重试这一天，否则请修正地址；如果该状态码表示这一天没有数据，请将其加入 `no_data_status`。',
  },
  SOURCE_UNAUTHORIZED: {
    cause: 'HTTP 来源拒绝了访问凭据。',
    fix: '更新保存凭据的环境变量，重启 Daysync，然后继续该批次。',
  },
  SOURCE_UNAVAILABLE: {
    cause: 'HTTP 来源暂时不可用。',
    fix: '系统会自动重试；若每一天都失败，批次会自动暂停，来源恢复后点击“继续”即可。',
  },
  SOURCE_UNREACHABLE: {
    cause: '无法连接 HTTP 来源，可能是域名、证书或网络的问题。',
    fix: '按错误提示修复，然后继续该批次。',
  },
  SOURCE_RATE_LIMITED: {
    cause: 'HTTP 来源要求等待一段时间。',
    fix: 'Daysync 会按要求等待，然后自动继续。如果经常出现，请调低 `requests_per_second`。',
  },
  SOURCE_WAIT_TOO_LONG: {
    cause: 'HTTP 来源要求等待的时间超过 `max_wait_seconds`。',
    fix: '稍后继续该批次，或调大 `max_wait_seconds`。',
  },
  SOURCE_TOO_MANY_PAGES: {
    cause: '这一天的页数超过 `max_pages`。',
    fix: '调大 `max_pages`，或让每页返回更多数据。',
  },
  PAGE_LOOP: {
    cause: '下一页是已经读取过的页。',
    fix: '修正数据集文件中的 `page`。',
  },
  PAGE_UNREADABLE: {
    cause: '指向下一页的游标或链接不可用。',
    fix: '修正数据集文件中的 `page`。',
  },
  PROVIDER_CRASHED: {
    cause:
      '自定义提供程序结束了自己的线程：Promise 之外的异常、`process.exit`，或堆内存超过 1 GiB。',
    fix: '系统会自动重试；若仍失败，请查看错误详情并修正提供程序。',
  },
  PROVIDER_FAILED: {
    cause: '自定义提供程序抛出了未分类的错误。',
    fix: '查看错误详情并修正提供程序；它可以抛出 `ProviderError` 来说明错误的类别。',
  },
  PROVIDER_ROW_INVALID: {
    cause: '自定义提供程序返回的不是“列名到值”的映射。',
    fix: '修正提供程序。',
  },
  PROVIDER_UNUSABLE: {
    cause: '自定义提供程序的模块无法加载，或其默认导出不是提供程序类。',
    fix: '修正数据集文件中的 `module`，或修正该模块。',
  },
  SQL_CONNECTION_LOST: {
    cause: '与来源数据库的连接中断。',
    fix: '系统会自动重试；若仍失败，请稍后手动重试。',
  },
  SQL_LOGIN_REFUSED: {
    cause: '来源数据库拒绝了用户名、密码或数据库名。',
    fix: '修正保存它们的环境变量或 `url`，重启 Daysync，然后继续该批次。',
  },
  SQL_QUERY_FAILED: {
    cause: '来源数据库未能完成查询。',
    fix: '查看错误详情：临时错误会自动重试；否则请修正查询或数据。',
  },
  SQL_QUERY_REFUSED: {
    cause: '来源数据库拒绝了查询，或查询不是只读的。',
    fix: '修正数据集文件中的 `query`。',
  },
  SQL_UNREACHABLE: {
    cause: '无法连接来源数据库。',
    fix: '修正地址，或恢复数据库服务，然后继续该批次。',
  },
  VALUE_INVALID: {
    cause: '有一个值与目标列的类型不符。',
    fix: '修正错误中指出的行，或调整该列的类型或 `nullable`。',
  },
  TOO_MANY_BAD_ROWS: {
    cause: '这一天不符合要求的行超过了 `on_bad_row` 允许的数量，这些行都没有保留。',
    fix: '从错误中指出的行开始修正，或调高 `on_bad_row` 的上限。',
  },
  CHECK_FAILED: {
    cause:
      '这一天的数据未通过数据集的 `checks`。错误详情说明了是哪项检查、预期值和实际值。未写入任何内容，原有数据已保留。',
    fix: '如果来源有误，请在来源修正后重试；如果数据无误，请调整 `checks`，或设置 `action: warn`，然后重试。',
  },
  EMPTY_DAY: {
    cause: '这一天没有数据行，而 `on_empty` 设为 `fail`。',
    fix: '等来源有了这一天的数据后重试，或修改 `on_empty`。',
  },
  EMPTY_DAY_HAD_ROWS: {
    cause: '这一天以前有数据，现在来源中没有。原有数据已保留。',
    fix: '等来源恢复数据后重试；如果这一天确实应为空，请设置 `on_empty: success`。',
  },
  DAY_TOO_LARGE: {
    cause: '这一天的行数超过上限。',
    fix: '拆分数据集。',
  },
  TIMEOUT: {
    cause: '来源的用时超过 `timeout_seconds`。',
    fix: '系统会自动重试；若仍失败，请调大 `timeout_seconds`。',
  },
  NO_ROOM: {
    cause: '磁盘空间不足，无法暂存这一天的数据。',
    fix: '释放磁盘空间，批次会自动继续。',
  },
  TARGET_REFUSED: {
    cause:
      '目标拒绝了这些行：约束、触发器、无法保存的值、列与数据集文件不一致、语句执行超过十分钟，或目录中有其他程序的数据。',
    fix: '按错误信息的提示修改数据、目标或数据集文件。',
  },
  TARGET_CHANGED_ROWS: {
    cause:
      '提交前，目标中的数据与写入的数据不同：目标表的触发器、规则或行级安全策略丢弃、重复或修改了写入的行。未写入任何数据。',
    fix: '查看错误信息。移除修改此表数据的触发器或规则，或让其写入另一张表，然后重试这一天。',
  },
  MOVE_REFUSED: {
    cause: '迁移时发现旧目标的数据与记录不一致，或旧目标已不存在，或列不同。',
    fix: '查看错误信息，并以 `all` 模式从来源重新同步这一天。',
  },
  TARGET_UNREACHABLE: {
    cause: '目标没有响应，或其文件夹不存在。',
    fix: '启动目标，或修正其地址。批次会自动继续。',
  },
  TARGET_LOGIN_REFUSED: {
    cause: '目标拒绝登录，或没有该数据库。',
    fix: '修正环境变量中的用户名和密码，或在目标中授权。批次会自动继续。',
  },
  TARGET_FULL: {
    cause: '目标的磁盘空间不足。',
    fix: '在目标上释放磁盘空间，批次会自动继续。',
  },
  TARGET_READ_ONLY: {
    cause: '目标只读：只读副本、只读文件或文件夹。',
    fix: '改为可写，或配置主库。批次会自动继续。',
  },
  TARGET_LOCKED: {
    cause: '另一个程序锁定了目标。',
    fix: '关闭该程序，或等待其完成。批次会自动继续。',
  },
  NEXT_DAY_OUT_OF_RANGE: {
    cause: '来源需要用到后一天，但 9999-12-31 没有后一天。',
    fix: '请从日期范围中去掉 9999-12-31。',
  },
  DAY_CRASHED_PROCESS: {
    cause: '只有这一天在同步时，程序两次崩溃。',
    fix: '查看两次崩溃前后的日志；通常是这一天的数据过大，内存不足。',
  },
  DATASET_CHANGED: {
    cause: '批次开始后，数据集文件中的该数据集被修改或删除。',
    fix: '启动新的批次。',
  },
  SAME_ERROR_REPEATED: {
    cause: '同一列连续多天出现同样的错误，天数达到了 `pause_after_failures`。',
    fix: '按错误提示修复后继续该批次，将从下一天开始同步；批次结束后重试失败的日期。',
  },
  INTERNAL: {
    cause: 'Daysync 存在程序缺陷。',
    fix: '在日志中找到这一天的记录并反馈。',
  },
} as const;
