import type { Language, Progress } from '@daysync/progress';

type Extended = Pick<Progress, 'task_id' | 'start_date' | 'end_date' | 'total'>;

type Tally = Pick<Progress, 'success' | 'failed' | 'skipped'>;

const days = (count: number): string => `${count} ${count === 1 ? 'day' : 'days'}`;

/** Nothing where there is none. */
const counted = (count: number, one: string, several = one): readonly string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];

/** The messages of the command line. The message of a batch comes from the library. */
export type CliMessages = typeof en;

interface LogCounts {
  readonly attempt: number | null;
  readonly rows: number | null;
}

/** What of a dataset needs a person. */
interface NeedsOfDataset {
  readonly late: boolean;
  readonly uncovered_days: number;
  readonly unusual_days: number;
  readonly quarantined_rows: number;
  readonly drifted_days: number;
}

/** The codes of the log that are no error codes. */
const LOG_CODES: Readonly<Record<string, string>> = {
  retry: 'for its next attempt',
  rate_limit: 'as long as the source asked',
  source: 'deferred, the source failed',
  target: 'for the target',
  disk: 'for disk space',
  database: 'for the database',
  process_stopped: 'the process stopped',
  process_crashed: 'the process crashed',
  lease_expired: 'the process stalled',
  target_unavailable: 'the target could not be reached',
  already_synced: 'already synced',
  failed_before: 'failed before',
  future_date: 'in the future',
  no_data: 'no data in the source',
  not_expected: 'not expected to have data',
  not_run: 'not run',
  unchanged: 'unchanged',
  not_synced: 'not synced',
};

const en = {
  tally: ({ success, failed, skipped }: Tally) =>
    `${success} succeeded, ${failed} failed, ${skipped} skipped`,
  left: (duration: string) => `${duration} left`,
  took: (duration: string) => `took ${duration}`,
  seconds: (seconds: number) => `${seconds} s`,
  minutes: (minutes: number, seconds: number) => `${minutes} min ${seconds} s`,
  hours: (hours: number, minutes: number) => `${hours} h ${minutes} min`,
  state: {
    queued: 'queued',
    running: 'running',
    paused: 'paused',
    cancelling: 'cancelling',
    cancelled: 'cancelled',
    completed: 'completed',
    failed: 'failed',
  },
  waiting: {
    retry: 'a day failed and will be retried',
    throttle: 'waiting for the next day (throttled)',
    rate_limit: 'the source limits requests; the batch continues automatically',
    queue: 'waiting in the queue',
    paused: 'paused; resume the batch to continue',
    source: 'paused automatically after a source error',
    failures:
      'paused: days in a row failed with the same error; resume continues with the next day',
    disk: 'the disk is full; the batch continues when there is space',
    database: 'the database is not writable; the batch continues when it is',
    target: 'the target can not be reached; the batch continues when it can',
  },
  extended: ({ task_id, start_date, end_date, total }: Extended) =>
    `${task_id}: now ${start_date} to ${end_date}, ${days(total)}`,
  watchIt: (command: string) => `Watch it: ${command}`,
  continues: (command: string) => `The batch continues. Watch it: ${command}`,
  mayHaveStarted: (command: string) =>
    `The batch may have started: the server had not answered. Check: ${command}`,
  stoppedHere: 'The batch has stopped. Run the same command to continue it.',
  continuingFirst: (batchId: string) =>
    `Continuing ${batchId} first: it includes days of this range.`,
  syncedBefore: (verify: string) =>
    `The days are synced already. Sync them again: add --mode all. Compare them with their source: ${verify}`,
  failedDays: (count: number) => `${days(count)} failed:`,
  andMore: (count: number) => `… and ${count} more`,
  unreadableRows: (count: number) =>
    `${count} ${count === 1 ? 'row has' : 'rows have'} no readable day and ${count === 1 ? 'belongs' : 'belong'} to no day (SOURCE_DAY_UNREADABLE):`,
  andMoreRows: (count: number) => `… and ${count} more`,
  quarantined: (count: number, command: string) =>
    `${count} ${count === 1 ? 'row does not fit and is' : 'rows do not fit and are'} in quarantine. List: ${command}`,
  repairThem: 'To write the rows of the source again: verify these days without --report',
  retryThem: (command: string) => `Retry them: ${command}`,
  pausedAutomatically: (reason: string) =>
    `The batch paused automatically: ${reason}. Run the same command to continue it.`,
  pausedManually: (batchId: string, serve: string, resume: string) =>
    `${batchId} was paused manually. Resume it on a running server (${serve}): ${resume}`,
  planOf: ({ dataset, total }: { dataset: string; total: number }) => `${dataset}: ${days(total)}`,
  expectedDays: (expected: number, others: number) =>
    `${expected} expected ${expected === 1 ? 'day' : 'days'}, ${others} ${others === 1 ? 'other' : 'others'} skipped`,
  toRun: (count: number) => `to sync: ${count}`,
  toSkip: (count: number) => `to skip: ${count}`,
  reason: {
    missing: 'missing',
    failed: 'failed before',
    incomplete: 'without a new column, will be synced again',
    synced: 'already synced, will be synced again',
    verify: 'synced, will be compared with the source',
    move: 'synced, will be copied from the earlier target',
    already_synced: 'already synced',
    failed_before: 'failed before',
    future_date: 'in the future',
    no_data: 'no data in the source',
    not_expected: 'not expected to have data',
    cancelled: 'cancelled',
    not_run: 'not run',
    unchanged: 'unchanged',
    not_synced: 'not synced: nothing to verify',
  },
  elsewhere: (table: string, count: number, tables: readonly string[]) => {
    const missing = `${table} is new: ${count} synced ${count === 1 ? 'day is' : 'days are'} missing from it`;
    const stay = tables.length === 1 ? 'stays as it is' : 'stay as they are';
    return tables.length === 0
      ? missing
      : `${missing} (their rows are in ${tables.join(', ')}, which ${stay})`;
  },
  incomplete: (count: number, columns: readonly string[]) =>
    `${days(count)} ${count === 1 ? 'lacks' : 'lack'} ${columns.join(', ')}: sync them again with --mode incomplete`,
  notInTarget: 'not in the target',
  unusual: (names: string) => `unusual: ${names}`,
  accepted: (day: string, dataset: string) =>
    `${day} of ${dataset} is accepted. It was marked for:`,
  settled: (count: number, dataset: string) =>
    `${days(count)} of ${dataset} ${count === 1 ? 'is' : 'are'} settled, and no longer expected.`,
  expectedAgain: (count: number, dataset: string) =>
    count === 0
      ? `No day of this range of ${dataset} was settled.`
      : `${days(count)} of ${dataset} ${count === 1 ? 'is' : 'are'} expected again.`,
  reasonNeeded:
    'expected --reason with why the source will never have these days, or --undo, got neither',
  attention: (of: NeedsOfDataset) =>
    [
      ...(of.late ? ['late'] : []),
      ...counted(of.uncovered_days, 'uncovered day', 'uncovered days'),
      ...counted(of.unusual_days, 'unusual day', 'unusual days'),
      ...counted(of.quarantined_rows, 'row in quarantine', 'rows in quarantine'),
      ...counted(of.drifted_days, 'drifted day', 'drifted days'),
    ].join(', '),
  expectedOneDay: (first: string, last: string) => `expected one day, got ${first} to ${last}`,
  earlierEntries: (count: number) => `The latest ${count} entries; --limit shows more.`,
  logBatch: 'batch     ',
  logKind: {
    created: () => 'created',
    started: ({ attempt }: LogCounts) =>
      attempt === null ? 'started' : `attempt ${attempt} started`,
    failed_attempt: ({ attempt }: LogCounts) => `attempt ${attempt ?? 1} failed`,
    waiting: () => 'waiting',
    requeued: () => 'requeued',
    succeeded: ({ rows }: LogCounts) =>
      rows === null ? 'succeeded' : `succeeded, ${rows} ${rows === 1 ? 'row' : 'rows'}`,
    failed: () => 'failed',
    skipped: () => 'skipped',
    paused: () => 'paused',
    resumed: () => 'resumed',
    cancelled: () => 'cancelled',
    extended: () => 'extended',
    ended: () => 'ended',
  },
  logCode: (code: string) => LOG_CODES[code] ?? code,
  logUntil: (time: string) => `until ${time}`,
  logBy: (name: string) => `by ${name}`,
  about: (duration: string) => `about ${duration}`,
  planHash: (hash: string) => `Start exactly this plan with --plan-hash ${hash}`,
  batchColumns: ['BATCH', 'DATASET', 'STATE', 'DAYS', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'UPDATED'],
  recordColumns: ['DAY', 'DATASET', 'STATUS', 'ROWS', 'ATTEMPTS', 'TRIED', 'REASON'],
  quarantineColumns: ['DAY', 'DATASET', 'FILE', 'ROW', 'CODE', 'COLUMN', 'ERROR', 'TEXT'],
  datasetColumns: ['DATASET', 'SYNCED', 'FIRST', 'LAST', 'NEEDS ATTENTION'],
  scheduleColumns: ['DATASET', 'CRON', 'ZONE', 'DAYS', 'MODE', 'LAST', 'NEXT'],
  scheduleRun: { started: 'started', skipped_overlap: 'skipped' },
  outcome: { success: 'success', failed: 'failed', skipped: 'skipped' },
  dataset: 'dataset',
  webhook: 'webhook',
  reloaded: (version: string) => `The datasets file is in use now, version ${version}.`,
  notReloaded: (version: string) => `The datasets file has not changed, version ${version}.`,
  entryAdded: (what: string, name: string) => `${what} ${name}: added`,
  entryRemoved: (what: string, name: string) => `${what} ${name}: removed`,
  entryChanged: (what: string, name: string, keys: readonly string[]) =>
    `${what} ${name}: changed (${keys.join(', ')})`,
  noBatches: 'No batches yet.',
  noRecords: 'No records.',
  noQuarantine: 'No rows in quarantine.',
  noneNeedsAttention: 'No dataset needs attention.',
  noSchedules: 'No dataset has a schedule.',
  shown: (shown: number, total: number) => `${shown} of ${total}`,
  unreachable: (url: string, reason: string) => `Daysync can’t be reached at ${url}: ${reason}`,
  startOrName:
    'Start a server with npx daysync serve, or set the address of a running one by --url.',
  noAnswer: (url: string, seconds: number) => `No answer from ${url}; retrying in ${seconds} s`,
  busy: (seconds: number) => `The server is busy; retrying in ${seconds} s`,
  answersAgain: 'The server answers again.',
  serverBusy: (detail: string) => `The server can’t do this now: ${detail}`,
  refused: (code: string, detail: string) => `Refused, ${code}: ${detail}`,
  reloadNew: (command: string) =>
    `If the dataset is new in the datasets file, let the server read it: ${command}`,
  tokenNeeded: 'Set DAYSYNC_TOKEN to an access token of the server.',
  inUse:
    'A server uses this data folder: leave out --local, and set the server’s address by --url.',
  localEnded: (code: number) => `The local server ended unexpectedly (exit status ${code}).`,
  cutShort: 'The response ended early.',
  expectedDay: (text: string) =>
    `expected days such as 2026-11-28, today, yesterday, -7d, 2026-11, 2026-W48 or last-month, got ${JSON.stringify(text)}`,
  expectedUrl: (text: string) =>
    `expected an address such as http://127.0.0.1:8000, without a user and a password, got ${JSON.stringify(text)}`,
  expectedCount: (least: number, most: number, text: string) =>
    `expected a whole number from ${least} to ${most}, got ${JSON.stringify(text)}`,
  reversed: (from: string, to: string) =>
    `expected a range that does not end before it begins, got ${from} to ${to}`,
  oneOf: (one: string, other: string) => `expected ${one}, ${other} or both, got neither`,
  notBoth: (one: string, other: string) => `expected one of ${one} and ${other}, got both`,
  eitherOf: (one: string, other: string) => `expected ${one} or ${other}, got neither`,
  allOrDataset: (args: string) =>
    `expected --all alone or with days, such as --all 2026-11, got --all and ${args}`,
  optionBefore: (option: string, command: string) =>
    `expected the options of ${command} after its name, got ${option} before it`,
  nothingSynced: (dataset: string) => `${dataset}: no day is synced, so there is nothing to verify`,
  nothingSyncedIn: (dataset: string, from: string, to: string) =>
    `${dataset}: no day from ${from} to ${to} is synced, so there is nothing to verify`,
  nothingToMove: (dataset: string) => `${dataset}: no synced day is in an earlier target`,
  movedInBatches: (dataset: string, count: number, limit: number) =>
    `${dataset}: a batch has at most ${days(limit)} (MAX_RANGE_DAYS), so ${count} batches move the days`,
  inBatches: (dataset: string, count: number, limit: number) =>
    `${dataset}: a batch has at most ${days(limit)} (MAX_RANGE_DAYS), so ${count} batches verify the range`,
  restUnverified: (command: string) =>
    `The batch did not complete, so the days after it are not verified. Continue: ${command}`,
};

const LOG_CODES_ZH: Readonly<Record<string, string>> = {
  retry: '等待下次尝试',
  rate_limit: '来源要求等待',
  source: '来源出错，暂缓同步',
  target: '等待目标恢复',
  disk: '磁盘空间不足',
  database: '数据库不可写',
  process_stopped: '进程已停止',
  process_crashed: '进程异常退出',
  lease_expired: '进程无响应',
  target_unavailable: '目标无法访问',
  already_synced: '已同步',
  failed_before: '此前失败',
  future_date: '未来日期',
  no_data: '来源无数据',
  not_expected: '非数据日',
  not_run: '未执行',
  unchanged: '无变化',
  not_synced: '未同步',
  completed: '已完成',
  cancelled: '已取消',
};

const zh: CliMessages = {
  tally: ({ success, failed, skipped }) => `成功: ${success}, 失败: ${failed}, 跳过: ${skipped}`,
  left: (duration) => `剩余 ${duration}`,
  took: (duration) => `用时 ${duration}`,
  seconds: (seconds) => `${seconds} 秒`,
  minutes: (minutes, seconds) => `${minutes} 分 ${seconds} 秒`,
  hours: (hours, minutes) => `${hours} 小时 ${minutes} 分`,
  state: {
    queued: '排队中',
    running: '同步中',
    paused: '已暂停',
    cancelling: '正在取消',
    cancelled: '已取消',
    completed: '已完成',
    failed: '运行失败',
  },
  waiting: {
    retry: '有日期失败，稍后自动重试',
    throttle: '已达限速，等待同步下一天',
    rate_limit: '来源要求降低请求频率，稍后自动继续',
    queue: '排队中',
    paused: '已暂停，用 resume 命令继续',
    source: '来源出错，已自动暂停',
    failures: '多个日期因同一错误连续失败，已自动暂停；用 resume 命令从下一天继续',
    disk: '磁盘空间不足，释放空间后自动继续',
    database: '数据库暂时无法写入，恢复后自动继续',
    target: '目标暂时无法访问，恢复后自动继续',
  },
  extended: ({ task_id, start_date, end_date, total }) =>
    `${task_id}：范围现为 ${start_date} 至 ${end_date}，共 ${total} 天`,
  watchIt: (command) => `查看进度：${command}`,
  continues: (command) => `批次继续运行。查看进度：${command}`,
  mayHaveStarted: (command) => `尚未收到服务器的响应，批次可能已经启动。请查看：${command}`,
  stoppedHere: '批次已停止。再次运行同一命令即可继续。',
  continuingFirst: (batchId) => `先继续批次 ${batchId}：它包含此范围内的日期。`,
  syncedBefore: (verify) =>
    `这些日期已经同步过。如需重新同步，请加上 --mode all；如需与来源核对：${verify}`,
  failedDays: (count) => `${count} 天失败：`,
  andMore: (count) => `… 另有 ${count} 天`,
  unreadableRows: (count) => `${count} 行的日期无法识别，不属于任何一天（SOURCE_DAY_UNREADABLE）：`,
  andMoreRows: (count) => `… 另有 ${count} 行`,
  quarantined: (count, command) => `${count} 行不符合要求，已被隔离。查看：${command}`,
  repairThem: '如需重新写入来源的数据：去掉 --report 再核对这些日期',
  retryThem: (command) => `重试失败的日期：${command}`,
  pausedAutomatically: (reason) => `批次已自动暂停：${reason}。再次运行同一命令即可继续。`,
  pausedManually: (batchId, serve, resume) =>
    `批次 ${batchId} 已被手动暂停。请在运行中的服务器（${serve}）上继续：${resume}`,
  planOf: ({ dataset, total }) => `${dataset}：共 ${total} 天`,
  expectedDays: (expected, others) => `数据日 ${expected} 天，其余 ${others} 天跳过`,
  toRun: (count) => `将同步：${count}`,
  toSkip: (count) => `将跳过：${count}`,
  reason: {
    missing: '缺失',
    failed: '此前失败',
    incomplete: '缺少新列，将重新同步',
    synced: '已同步，将重新同步',
    verify: '已同步，将与来源核对',
    move: '已同步，将从旧目标迁移',
    already_synced: '已同步',
    failed_before: '此前失败',
    future_date: '未来日期',
    no_data: '来源无数据',
    not_expected: '非数据日',
    cancelled: '已取消',
    not_run: '未执行',
    unchanged: '无变化',
    not_synced: '未同步，无需核对',
  },
  elsewhere: (table, count, tables) =>
    tables.length === 0
      ? `${table} 是新表，缺少 ${count} 个此前已同步的日期`
      : `${table} 是新表，缺少 ${count} 个此前已同步的日期（数据仍在 ${tables.join('、')} 中，该表保持不变）`,
  incomplete: (count, columns) =>
    `${count} 天的数据缺少 ${columns.join('、')} 列：请用 --mode incomplete 重新同步`,
  notInTarget: '不在目标表中',
  unusual: (names) => `异常：${names}`,
  accepted: (day, dataset) => `已确认 ${dataset} 的 ${day} 数据正常。原标记：`,
  settled: (count, dataset) => `已将 ${dataset} 的 ${count} 天标记为非数据日。`,
  expectedAgain: (count, dataset) =>
    count === 0
      ? `${dataset} 在此范围内没有手动标记的非数据日。`
      : `已撤销 ${dataset} 中 ${count} 天的非数据日标记。`,
  reasonNeeded: '应通过 --reason 说明来源为何不会有这些日期的数据，或指定 --undo',
  attention: (of) =>
    [
      ...(of.late ? ['已逾期'] : []),
      ...counted(of.uncovered_days, '天缺失数据'),
      ...counted(of.unusual_days, '天异常'),
      ...counted(of.quarantined_rows, '行被隔离'),
      ...counted(of.drifted_days, '天与来源不一致'),
    ].join('，'),
  expectedOneDay: (first, last) => `应为一天，实际为 ${first} 至 ${last}`,
  earlierEntries: (count) => `最近 ${count} 条记录；用 --limit 查看更多。`,
  logBatch: '批次      ',
  logKind: {
    created: () => '已创建',
    started: ({ attempt }) => (attempt === null ? '开始运行' : `开始第 ${attempt} 次尝试`),
    failed_attempt: ({ attempt }) => `第 ${attempt ?? 1} 次尝试失败`,
    waiting: () => '等待',
    requeued: () => '重新排队',
    succeeded: ({ rows }) => (rows === null ? '成功' : `成功，${rows} 行`),
    failed: () => '失败',
    skipped: () => '跳过',
    paused: () => '已暂停',
    resumed: () => '已继续',
    cancelled: () => '已取消',
    extended: () => '范围已扩展',
    ended: () => '已结束',
  },
  logCode: (code) => LOG_CODES_ZH[code] ?? code,
  logUntil: (time) => `至 ${time}`,
  logBy: (name) => `操作人：${name}`,
  about: (duration) => `约 ${duration}`,
  planHash: (hash) => `按此计划启动：--plan-hash ${hash}`,
  batchColumns: ['批次', '数据集', '状态', '天数', '成功', '失败', '跳过', '更新时间'],
  recordColumns: ['日期', '数据集', '结果', '行数', '尝试次数', '最近尝试', '原因'],
  quarantineColumns: ['日期', '数据集', '文件', '行', '错误码', '列', '错误', '内容'],
  datasetColumns: ['数据集', '已同步天数', '最早', '最晚', '需要处理'],
  scheduleColumns: ['数据集', 'CRON', '时区', '天数', '模式', '上次运行', '下次运行'],
  scheduleRun: { started: '已启动', skipped_overlap: '已跳过' },
  outcome: { success: '成功', failed: '失败', skipped: '跳过' },
  dataset: '数据集',
  webhook: 'Webhook',
  reloaded: (version) => `数据集文件已生效，版本 ${version}。`,
  notReloaded: (version) => `数据集文件没有变化，版本 ${version}。`,
  entryAdded: (what, name) => `${what} ${name}：新增`,
  entryRemoved: (what, name) => `${what} ${name}：移除`,
  entryChanged: (what, name, keys) => `${what} ${name}：更改（${keys.join('、')}）`,
  noBatches: '暂无批次。',
  noRecords: '暂无记录。',
  noQuarantine: '没有被隔离的行。',
  noneNeedsAttention: '没有需要处理的数据集。',
  noSchedules: '没有配置定时同步的数据集。',
  shown: (shown, total) => `显示 ${shown} 条，共 ${total} 条`,
  unreachable: (url, reason) => `无法连接 Daysync（${url}）：${reason}`,
  startOrName: '请运行 npx daysync serve 启动服务，或用 --url 指定运行中的服务地址。',
  noAnswer: (url, seconds) => `${url} 无响应，${seconds} 秒后重试`,
  busy: (seconds) => `服务器繁忙，${seconds} 秒后重试`,
  answersAgain: '服务器已恢复响应。',
  serverBusy: (detail) => `服务器暂时无法处理：${detail}`,
  refused: (code, detail) => `请求被拒绝（${code}）：${detail}`,
  reloadNew: (command) => `若该数据集是新加入数据集文件的，请先让服务器重新加载：${command}`,
  tokenNeeded: '请将 DAYSYNC_TOKEN 设为服务器的访问令牌。',
  inUse: '此数据目录正由一个服务器使用：请去掉 --local，并用 --url 指定该服务器的地址。',
  localEnded: (code) => `本地服务器意外退出（退出码 ${code}）。`,
  cutShort: '响应提前中断。',
  expectedDay: (text) =>
    `应为 2026-11-28、today、yesterday、-7d、2026-11、2026-W48 或 last-month 这样的日期，实际为 ${JSON.stringify(text)}`,
  expectedUrl: (text) =>
    `应为 http://127.0.0.1:8000 这样的地址，不含用户名和密码，实际为 ${JSON.stringify(text)}`,
  expectedCount: (least, most, text) =>
    `应为 ${least} 到 ${most} 的整数，实际为 ${JSON.stringify(text)}`,
  reversed: (from, to) => `结束日期不能早于开始日期，实际为 ${from} 到 ${to}`,
  oneOf: (one, other) => `应指定 ${one} 或 ${other}，或两者都指定`,
  notBoth: (one, other) => `${one} 和 ${other} 不能同时使用`,
  eitherOf: (one, other) => `应指定 ${one} 或 ${other}`,
  allOrDataset: (args) => `--all 应单独使用，或只带日期，如 --all 2026-11；实际还有 ${args}`,
  optionBefore: (option, command) =>
    `${command} 的选项应写在 ${command} 之后，实际 ${option} 写在了前面`,
  nothingSynced: (dataset) => `${dataset}：没有已同步的日期，无需核对`,
  nothingSyncedIn: (dataset, from, to) => `${dataset}：${from} 至 ${to} 没有已同步的日期，无需核对`,
  nothingToMove: (dataset) => `${dataset}：旧目标中没有已同步的日期`,
  movedInBatches: (dataset, count, limit) =>
    `${dataset}：每个批次最多 ${limit} 天（MAX_RANGE_DAYS），因此分 ${count} 个批次迁移`,
  inBatches: (dataset, count, limit) =>
    `${dataset}：每个批次最多 ${limit} 天（MAX_RANGE_DAYS），将分 ${count} 个批次核对`,
  restUnverified: (command) => `该批次未完成，其后的日期尚未核对。继续：${command}`,
};

export const MESSAGES: Readonly<Record<Language, CliMessages>> = { en, zh };

/** Chinese where the locale of the environment is Chinese, else English. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  // POSIX: the first variable that is set and not empty wins.
  const set = ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => env[name] ?? '');
  return /^zh/i.test(set.find((value) => value !== '') ?? '') ? 'zh' : 'en';
}
