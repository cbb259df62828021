/** Cause and fix of every error of a day, in Chinese; code is in backticks. */
export const dayErrorsZh = {
  SOURCE_FILE_MISSING: {
    cause: '数据集文件所写的位置上没有来源文件。',
    fix: '把文件放到该处，或改正 `path`，然后重试失败的日期。',
  },
  SOURCE_UNREADABLE: {
    cause: '来源的文件或应答无法读取：缺少权限，或格式与配置不符。',
    fix: '查看错误原文；补上权限，或修正文件，或改正它的 `kind`。',
  },
  SOURCE_CHANGED: {
    cause: '读取期间文件被改动。',
    fix: '无需处理，会自动再试。更新文件时，请先写好完整的新文件，再改名替换。',
  },
  SOURCE_CUT_OFF: {
    cause: '数据在中途结束：文件还没写完，或连接中断。',
    fix: '会自动再试，能恢复就无需处理；否则请让对方写完整个文件。',
  },
  SOURCE_BLOCKED: {
    cause: '链接、重定向或下一页指向了所配置的目录或站点之外。',
    fix: '如果确实要读那里，请把它配置为来源。',
  },
  SOURCE_TOO_LARGE: {
    cause: '这一天的数据解压后超过上限。',
    fix: '拆分数据；如果该类来源支持，也可以调大 `max_bytes`。',
  },
  SOURCE_INDEX_TOO_LARGE: {
    cause: '所有日期都在一个文件里，而同一天的行过于分散。',
    fix: '把文件按 `day_column` 排序。',
  },
  SOURCE_COLUMN_MISSING: {
    cause: '来源缺少数据集要读取的列。',
    fix: '改正数据集文件中的 `from` 或 `day_column`，或补齐来源。',
  },
  SOURCE_COLUMN_DUPLICATE: {
    cause: '来源有两列同名，无法确定要用哪一列。',
    fix: '在来源或查询中给它们取不同的名字。',
  },
  SOURCE_DAY_UNREADABLE: {
    cause: '文件中有一行的日期无法识别，它可能属于任何一天。',
    fix: '修正错误中指出的那一行。',
  },
  SOURCE_ENCODING_INVALID: {
    cause: '文本不是 UTF-8 编码。',
    fix: '把文件存为 UTF-8。',
  },
  SOURCE_ROW_INVALID: {
    cause: '有一行不是由列组成的对象。',
    fix: '修正错误中指出的那一行，或让 `rows` 指向行的列表。',
  },
  SOURCE_ROW_RAGGED: {
    cause: 'CSV 中有一行的字段数与表头不一致。',
    fix: '修正错误中指出的那一行；含有逗号或换行的文本要用引号括起来。',
  },
  SOURCE_ROW_TOO_LARGE: {
    cause: '有一行超过大小上限。',
    fix: '检查是否有引号只开未闭；如果没有，请缩短这一行。',
  },
  SOURCE_ROWS_MISSING: {
    cause: '在配置的位置上没有行的列表。',
    fix: '改正数据集文件中的 `rows`。',
  },
  SOURCE_STATUS_UNEXPECTED: {
    cause: 'HTTP 来源返回的状态码既不表示有数据，也不表示没有数据。',
    fix: '改正地址；如果该状态码表示这一天没有数据，请把它写进 `no_data_status`。',
  },
  SOURCE_UNAUTHORIZED: {
    cause: 'HTTP 来源拒绝了凭据。',
    fix: '重新设置提供凭据的环境变量，重启程序，然后让批次继续。',
  },
  SOURCE_UNAVAILABLE: {
    cause: 'HTTP 来源答复说现在无法提供数据。',
    fix: '会自动再试，能恢复就无需处理；否则请稍后重试失败的日期。',
  },
  SOURCE_UNREACHABLE: {
    cause: '无法与 HTTP 来源建立连接：可能是域名、证书或网络的问题。',
    fix: '按错误所指修复，然后让批次继续。',
  },
  SOURCE_RATE_LIMITED: {
    cause: 'HTTP 来源要求暂停一段时间再访问。',
    fix: '无需处理，这一天会按要求等待。如果经常出现，请调低 `requests_per_second`。',
  },
  SOURCE_WAIT_TOO_LONG: {
    cause: 'HTTP 来源要求等待的时间超过 `max_wait_seconds`。',
    fix: '稍后让批次继续，或调大 `max_wait_seconds`。',
  },
  SOURCE_TOO_MANY_PAGES: {
    cause: '这一天的页数超过 `max_pages`。',
    fix: '调大 `max_pages`，或让每页返回更多数据。',
  },
  PAGE_LOOP: {
    cause: '来源给出的下一页是已经读过的页。',
    fix: '改正数据集文件中的分页配置。',
  },
  PAGE_UNREADABLE: {
    cause: '应当指明下一页的位置上是别的内容。',
    fix: '改正数据集文件中的分页配置。',
  },
  PROVIDER_FAILED: {
    cause: '数据提供程序抛出了错误，但没有说明它属于哪一类。',
    fix: '查看错误原文并修正提供程序；它可以抛出 `SourceError` 来说明得更清楚。',
  },
  PROVIDER_ROW_INVALID: {
    cause: '数据提供程序给出的不是“列到值”的映射。',
    fix: '修正数据提供程序。',
  },
  PROVIDER_UNUSABLE: {
    cause: '数据提供程序的模块无法加载，或没有配置所写的导出。',
    fix: '改正数据集文件中的 `module`，或修正该模块。',
  },
  SQL_CONNECTION_LOST: {
    cause: '与来源数据库的连接中断。',
    fix: '会自动再试，能恢复就无需处理。',
  },
  SQL_LOGIN_REFUSED: {
    cause: '来源数据库不接受所给的用户、密码或库名。',
    fix: '改正提供它们的环境变量或 `url`，重启程序，然后让批次继续。',
  },
  SQL_QUERY_FAILED: {
    cause: '来源数据库没能把查询执行到底。',
    fix: '查看错误原文：暂时的问题会自动再试；否则请修正查询或数据。',
  },
  SQL_QUERY_REFUSED: {
    cause: '来源数据库不接受这个查询，或查询不是只读的。',
    fix: '改正数据集文件中的 `query`。',
  },
  SQL_UNREACHABLE: {
    cause: '无法与来源数据库建立连接。',
    fix: '改正地址，或恢复数据库服务，然后让批次继续。',
  },
  VALUE_INVALID: {
    cause: '有一个值与目标列的类型不符。',
    fix: '修正错误中指出的那一行，或调整该列的类型或 `nullable`。',
  },
  EMPTY_DAY: {
    cause: '这一天没有数据行，而 `on_empty` 设为 `fail`。',
    fix: '等来源有了这一天的数据再重试，或修改 `on_empty`。',
  },
  EMPTY_DAY_HAD_ROWS: {
    cause: '这一天以前有数据，现在来源里没有了。以前的数据已保留。',
    fix: '等来源恢复数据后再重试；如果确实应当为空，请设 `on_empty: success`。',
  },
  DAY_TOO_LARGE: {
    cause: '这一天的行数超过一天所允许的上限。',
    fix: '拆分数据集。',
  },
  TIMEOUT: {
    cause: '来源用时超过 `timeout_seconds`。',
    fix: '会自动再试，能恢复就无需处理；否则请调大 `timeout_seconds`。',
  },
  NO_ROOM: {
    cause: '磁盘空间不足，无法暂存这一天的数据。',
    fix: '腾出空间，批次会自动继续。',
  },
  TARGET_REFUSED: {
    cause: '目标表的约束或触发器拒绝了这些行。',
    fix: '修正数据，或修改约束。',
  },
  NEXT_DAY_OUT_OF_RANGE: {
    cause: '来源需要用到后一天，而 9999-12-31 没有后一天。',
    fix: '不要把这一天放进范围。',
  },
  DAY_CRASHED_PROCESS: {
    cause: '只有这一天在同步时，程序两次异常退出。',
    fix: '查看两次退出前后的日志；多半是这一天的数据太大，内存不足。',
  },
  DATASET_CHANGED: {
    cause: '批次开始后，该数据集在数据集文件中被修改或删除。',
    fix: '启动一个新的批次。',
  },
  INTERNAL: {
    cause: 'Daysync 自身的缺陷。',
    fix: '在日志中找到这一天，并报告那里的内容。',
  },
} as const;
