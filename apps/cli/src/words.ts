import type { BatchStatus, Language, Progress, WaitingKind } from '@daysync/progress';
import type { LastFiring, PlannedDay, SyncRecord } from './api/wire.js';

type Tally = Pick<Progress, 'success' | 'failed' | 'skipped'>;
type Reason = PlannedDay['reason'];

/** What the command line says, beside the batch's own message, which is the library's. */
export interface Words {
  // A batch
  readonly tally: (tally: Tally) => string;
  readonly left: (duration: string) => string;
  readonly took: (duration: string) => string;
  readonly seconds: (seconds: number) => string;
  readonly minutes: (minutes: number, seconds: number) => string;
  readonly hours: (hours: number, minutes: number) => string;
  readonly state: Readonly<Record<BatchStatus, string>>;
  readonly waiting: Readonly<Record<WaitingKind, string>>;
  readonly watchIt: (command: string) => string;
  readonly goesOn: (command: string) => string;
  readonly mayHaveStarted: (command: string) => string;
  readonly stoppedHere: string;
  readonly goingOnFirst: (taskId: string) => string;
  readonly failedDays: (count: number) => string;
  readonly andMore: (count: number) => string;
  readonly retryThem: (command: string) => string;
  readonly selfPaused: (text: string) => string;
  readonly pausedByHand: (taskId: string, serve: string, resume: string) => string;
  // A plan
  readonly planOf: (plan: { dataset: string; total: number }) => string;
  readonly toRun: (days: number) => string;
  readonly toSkip: (days: number) => string;
  readonly reason: Readonly<Record<Reason, string>>;
  readonly about: (duration: string) => string;
  readonly planHash: (hash: string) => string;
  // Tables
  readonly batchColumns: readonly string[];
  readonly recordColumns: readonly string[];
  readonly scheduleColumns: readonly string[];
  readonly outcome: Readonly<Record<SyncRecord['status'], string>>;
  readonly firing: Readonly<Record<LastFiring['outcome'], string>>;
  readonly noBatches: string;
  readonly noRecords: string;
  readonly noSchedules: string;
  readonly shown: (shown: number, total: number) => string;
  // What goes wrong
  readonly unreachable: (url: string, reason: string) => string;
  readonly noAnswer: (url: string, seconds: number) => string;
  readonly busy: (seconds: number) => string;
  readonly answersAgain: string;
  readonly serverBusy: (detail: string) => string;
  readonly refused: (code: string, detail: string) => string;
  readonly tokenNeeded: string;
  readonly inUse: string;
  readonly localEnded: (code: number) => string;
  readonly cutShort: string;
  // Arguments
  readonly expectedDay: (text: string) => string;
  readonly expectedUrl: (text: string) => string;
  readonly expectedCount: (least: number, most: number, text: string) => string;
  readonly reversed: (from: string, to: string) => string;
  readonly notBoth: (one: string, other: string) => string;
}

const days = (count: number): string => `${count} ${count === 1 ? 'day' : 'days'}`;

const en: Words = {
  tally: ({ success, failed, skipped }) =>
    `${success} succeeded, ${failed} failed, ${skipped} skipped`,
  left: (duration) => `${duration} left`,
  took: (duration) => `took ${duration}`,
  seconds: (seconds) => `${seconds} s`,
  minutes: (minutes, seconds) => `${minutes} min ${seconds} s`,
  hours: (hours, minutes) => `${hours} h ${minutes} min`,
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
    retry: 'a day failed for now and will be tried again',
    throttle: 'waiting for the next day, by the throttle',
    rate_limit: 'the source limits requests; it goes on by itself',
    queue: 'waiting for its turn',
    paused: 'paused; resume it to go on',
    source: 'the source is not available',
    disk: 'the disk is full; it goes on by itself when there is room',
    database: 'the database can’t be written for now; it goes on by itself',
  },
  watchIt: (command) => `Watch it: ${command}`,
  goesOn: (command) => `The batch goes on. Watch it: ${command}`,
  mayHaveStarted: (command) =>
    `The batch may have started: its answer was not waited for. See: ${command}`,
  stoppedHere: 'The batch stands still. The same command goes on where it stopped.',
  goingOnFirst: (taskId) => `Going on with ${taskId}, which holds days of this range.`,
  failedDays: (count) => `${days(count)} failed:`,
  andMore: (count) => `… and ${count} more`,
  retryThem: (command) => `Try them again: ${command}`,
  selfPaused: (text) => `The batch has paused: ${text}. The same command goes on with it.`,
  pausedByHand: (taskId, serve, resume) =>
    `${taskId} was paused by hand. Resume it on a running server (${serve}): ${resume}`,
  planOf: ({ dataset, total }) => `${dataset}: ${days(total)}`,
  toRun: (count) => `to sync: ${count}`,
  toSkip: (count) => `to skip: ${count}`,
  reason: {
    missing: 'missing',
    failed: 'failed at the last try',
    synced: 'synced, and runs again',
    already_synced: 'synced already',
    failed_before: 'failed before',
    future_date: 'in the future',
    no_data: 'without data in the source',
    cancelled: 'cancelled',
    not_run: 'not run',
  },
  about: (duration) => `about ${duration}`,
  planHash: (hash) => `Start just this with --plan-hash ${hash}`,
  batchColumns: ['BATCH', 'DATASET', 'STATE', 'DAYS', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'UPDATED'],
  recordColumns: ['DAY', 'DATASET', 'STATUS', 'ROWS', 'ATTEMPTS', 'TRIED', 'WHY'],
  scheduleColumns: ['DATASET', 'CRON', 'ZONE', 'DAYS', 'MODE', 'LAST', 'NEXT'],
  firing: { started: 'started', skipped_overlap: 'skipped' },
  outcome: { success: 'success', failed: 'failed', skipped: 'skipped' },
  noBatches: 'No batch yet.',
  noRecords: 'No record.',
  noSchedules: 'No dataset has a schedule.',
  shown: (shown, total) => `${shown} of ${total}`,
  unreachable: (url, reason) => `Daysync can’t be reached at ${url}: ${reason}`,
  noAnswer: (url, seconds) => `No answer from ${url}; trying again in ${seconds} s`,
  busy: (seconds) => `The server can’t tell for now; trying again in ${seconds} s`,
  answersAgain: 'The server answers again.',
  serverBusy: (detail) => `The server can’t do it for now: ${detail}`,
  refused: (code, detail) => `Refused, ${code}: ${detail}`,
  tokenNeeded: 'Set DAYSYNC_TOKEN to a token of the server.',
  inUse: 'A server works on this data folder: leave out --local, and give its address by --url.',
  localEnded: (code) => `The program has ended by itself (exit status ${code}).`,
  cutShort: 'The answer was cut short.',
  expectedDay: (text) => `expected a date written YYYY-MM-DD, got ${JSON.stringify(text)}`,
  expectedUrl: (text) =>
    `expected an address such as http://127.0.0.1:8000, without a user and a password, got ${JSON.stringify(text)}`,
  expectedCount: (least, most, text) =>
    `expected a whole number from ${least} to ${most}, got ${JSON.stringify(text)}`,
  reversed: (from, to) =>
    `expected a range that does not end before it begins, got ${from} to ${to}`,
  notBoth: (one, other) => `expected one of ${one} and ${other}, got both`,
};

const zh: Words = {
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
    failed: '同步失败',
  },
  waiting: {
    retry: '有日期暂时失败，稍后自动再试',
    throttle: '按限速等待下一天',
    rate_limit: '来源要求放慢，稍后自动继续',
    queue: '排队等待中',
    paused: '已暂停，恢复后接着同步',
    source: '来源暂不可用',
    disk: '磁盘空间不足，腾出空间后自动继续',
    database: '数据库暂时无法写入，恢复后自动继续',
  },
  watchIt: (command) => `查看进度: ${command}`,
  goesOn: (command) => `批次仍在继续。查看进度: ${command}`,
  mayHaveStarted: (command) => `未等到应答，批次可能已经启动。请查看: ${command}`,
  stoppedHere: '批次已停在这里。再次运行同一命令会从停下的地方继续。',
  goingOnFirst: (taskId) => `继续批次 ${taskId}，其中有这个范围内的日期。`,
  failedDays: (count) => `失败 ${count} 天:`,
  andMore: (count) => `… 另有 ${count} 天`,
  retryThem: (command) => `重试失败的日期: ${command}`,
  selfPaused: (text) => `批次已暂停: ${text}。再次运行同一命令会接着同步。`,
  pausedByHand: (taskId, serve, resume) =>
    `批次 ${taskId} 已被手动暂停。请在运行中的服务器（${serve}）上恢复: ${resume}`,
  planOf: ({ dataset, total }) => `${dataset}: 共 ${total} 天`,
  toRun: (count) => `将处理: ${count}`,
  toSkip: (count) => `将跳过: ${count}`,
  reason: {
    missing: '缺失',
    failed: '上次失败',
    synced: '已同步，再次处理',
    already_synced: '已同步',
    failed_before: '之前失败',
    future_date: '未来日期',
    no_data: '来源无数据',
    cancelled: '已取消',
    not_run: '未执行',
  },
  about: (duration) => `约 ${duration}`,
  planHash: (hash) => `按此计划启动: --plan-hash ${hash}`,
  batchColumns: ['批次', '数据集', '状态', '天数', '成功', '失败', '跳过', '更新时间'],
  recordColumns: ['日期', '数据集', '状态', '行数', '尝试', '最近尝试', '原因'],
  scheduleColumns: ['数据集', 'CRON', '时区', '天数', '模式', '上次', '下次'],
  firing: { started: '已启动', skipped_overlap: '已跳过' },
  outcome: { success: '成功', failed: '失败', skipped: '跳过' },
  noBatches: '还没有批次。',
  noRecords: '没有记录。',
  noSchedules: '没有设置定时的数据集。',
  shown: (shown, total) => `显示 ${shown} / 共 ${total}`,
  unreachable: (url, reason) => `无法连接 ${url} 的 Daysync: ${reason}`,
  noAnswer: (url, seconds) => `${url} 没有应答；${seconds} 秒后再试`,
  busy: (seconds) => `服务器暂时无法回答；${seconds} 秒后再试`,
  answersAgain: '服务器已恢复应答。',
  serverBusy: (detail) => `服务器暂时无法处理: ${detail}`,
  refused: (code, detail) => `被拒绝，${code}: ${detail}`,
  tokenNeeded: '请把 DAYSYNC_TOKEN 设为服务器的访问令牌。',
  inUse: '已有服务器在使用这个数据目录: 请去掉 --local，用 --url 指定它的地址。',
  localEnded: (code) => `程序已自行结束（退出码 ${code}）。`,
  cutShort: '应答中途断开。',
  expectedDay: (text) => `应为 YYYY-MM-DD 形式的日期，收到 ${JSON.stringify(text)}`,
  expectedUrl: (text) =>
    `应为 http://127.0.0.1:8000 这样的地址，不含用户名和密码，收到 ${JSON.stringify(text)}`,
  expectedCount: (least, most, text) =>
    `应为 ${least} 到 ${most} 的整数，收到 ${JSON.stringify(text)}`,
  reversed: (from, to) => `结束日期不能早于开始日期，收到 ${from} 到 ${to}`,
  notBoth: (one, other) => `${one} 和 ${other} 只能用一个，收到两个`,
};

export const WORDS: Readonly<Record<Language, Words>> = { en, zh };
