import { describe, expect, it } from 'vitest';
import { errorDetail } from './error-detail';

describe('errorDetail', () => {
  it.each([
    [
      'row 12, column speed: expected an integer of 64 bits, got "fast" (text)',
      '第 12 行，“speed”列：应为 64 位整数，实际为 "fast"（文本）',
    ],
    ['expected JSON, got: <html>', '应为 JSON，实际为 <html>'],
    [
      'rows.csv: row 3: expected UTF-8, got other bytes at byte 45: set `encoding`, such as gb18030',
      'rows.csv，第 3 行：应为 UTF-8 编码，实际为 其他字节（第 45 字节）：请设置 `encoding`，例如 gb18030',
    ],
    ['expected a unicorn, got a horse', 'expected a unicorn, got a horse'],
    [
      'row 1, column "day": expected a date written yyyy-MM-dd, got "x"; none of the 3 rows has a readable day: check day_column',
      '第 1 行，“day”列：应为格式为 yyyy-MM-dd 的日期，实际为 "x"；全部 3 行都没有可识别的日期，请检查 day_column',
    ],
    [
      'row 1, column "day": expected a date written yyyy-MM-dd, got "Jan 1 2000": set `day_column.format: MMM d yyyy`; the only row has no readable day',
      '第 1 行，“day”列：应为格式为 yyyy-MM-dd 的日期，实际为 "Jan 1 2000"：请设置 `day_column.format: MMM d yyyy`；文件中仅有的一行没有可识别的日期',
    ],
    [
      'row 2, column "t": expected milliseconds since 1970, such as 1735689600000, got "x"',
      '第 2 行，“t”列：应为自 1970 年起的毫秒数，实际为 "x"',
    ],
    [
      "row 2, column t: expected a finite number, got \"1,234\" (text): set `decimal: ','` or `thousands: ','` in the source",
      "第 2 行，“t”列：应为数字，实际为 \"1,234\"（文本）：请设置 `decimal: ','` 或 `thousands: ','`（来源）",
    ],
    [
      'expected a finite number, got "NA" (text): set `nulls: [\'\', NA]` in the source, and `nullable: true` or a `default` in the column',
      '应为数字，实际为 "NA"（文本）：请设置 `nulls: [\'\', NA]`（来源），以及 `nullable: true` 或 `default`（列）',
    ],
    [
      'row 1, column "day": expected a date written yyyy-MM-dd, got "01.10.2025", which is dd.MM.yyyy or MM.dd.yyyy: set `day_column.format` to the one that is meant; none of the 2 rows has a readable day',
      '第 1 行，“day”列：应为格式为 yyyy-MM-dd 的日期，实际为 "01.10.2025"，可能是 dd.MM.yyyy 或 MM.dd.yyyy：请设置 `day_column.format` 为实际的格式；全部 2 行都没有可识别的日期',
    ],
    ['expected the file data/rows.csv, got none', '找不到文件 data/rows.csv'],
    [
      'rows.csv: row 3: expected 3 fields as in the header, got 2',
      'rows.csv，第 3 行：表头有 3 个字段，这一行有 2 个',
    ],
    [
      'expected a column "n" for amount, got the columns "day", "m" and 3 more',
      '缺少“amount”列所需的来源列 "n"，现有的列："day", "m"，另有 3 列',
    ],
    [
      'a.json: expected the rest of the JSON, got its end at byte 9',
      'a.json：JSON 不完整，在第 9 字节处结束',
    ],
    ['row 2: expected JSON, got "}" at byte 12', '第 2 行：应为 JSON，实际为 "}"（第 12 字节）'],
    [
      'row 2: expected an object of columns and values, got a list of 2',
      '第 2 行：应为由列和值组成的对象，实际为 2 项的列表',
    ],
    [
      'GET http://a.b/x: expected 200, got a redirect to http://c.d (302), which is not followed',
      'GET http://a.b/x：来源重定向到 http://c.d（302），系统不会跟随',
    ],
    [
      'GET http://a.b/x: expected at most 10 pages a day, got more',
      'GET http://a.b/x：这一天超过 10 页',
    ],
    ['expected the query to give its rows, got: no such table: t', '查询失败：no such table: t'],
    [
      'expected lake/trades to have a _daysync.json or no days, got: sync_day=2025-10-01 with files',
      '目录 lake/trades 中有其他程序的数据，缺少 _daysync.json：sync_day=2025-10-01 with files',
    ],
    ['expected trades to accept the rows, got: a trigger', '目标表 trades 拒绝了这些行：a trigger'],
    [
      '20 days in a row failed with VALUE_INVALID in column n (pause_after_failures); the last one: expected a finite number, got "x" (text)',
      '连续 20 天因 VALUE_INVALID（“n”列）失败（pause_after_failures）。最近一次：应为数字，实际为 "x"（文本）',
    ],
    [
      'the dataset trades is not configured as it was at the start: source.url',
      '数据集 trades 的配置已与批次开始时不同：source.url',
    ],
    ['boom', 'boom'],
  ])('translates %s', (text, chinese) => {
    expect(errorDetail(text, 'zh')).toBe(chinese);
    expect(errorDetail(text, 'en')).toBe(text);
  });

  it.each([
    [
      'GET http://a.b/x: expected 200 for its credentials, got 401',
      'GET http://a.b/x: the source rejected the credentials (401)',
      'GET http://a.b/x：来源拒绝了访问凭据（401）',
    ],
    [
      'GET http://a.b/x: expected 200, got 503',
      'GET http://a.b/x: expected status 200, got 503',
      'GET http://a.b/x：状态码应为 200，实际为 503',
    ],
    [
      'GET http://a.b/x: expected an answer in time (headers_timeout_seconds), got nothing',
      'GET http://a.b/x: no answer in time (headers_timeout_seconds)',
      'GET http://a.b/x：未在限定时间内响应（headers_timeout_seconds）',
    ],
    [
      'GET http://a.b/x: expected a connection, got ECONNREFUSED',
      'GET http://a.b/x: no connection (ECONNREFUSED)',
      'GET http://a.b/x：无法建立连接（ECONNREFUSED）',
    ],
    [
      'GET http://a.b/x: expected rows, got 429, to wait for 60 s',
      'GET http://a.b/x: the source answered 429 and asked to wait for 60 s',
      'GET http://a.b/x：来源返回 429，要求等待 60 秒',
    ],
    [
      'expected the day within 60 s, and it was not there',
      'not finished within 60 s',
      '超过 60 秒仍未完成',
    ],
    [
      'GET http://a.b/x: expected rows, got an earlier request to wait, still for 60 s',
      'GET http://a.b/x: the source asked earlier to wait, for 60 s more',
      'GET http://a.b/x：来源此前要求等待，还需 60 秒',
    ],
    [
      'expected rows, as the day had some before, and the source has none now; the rows of before are kept',
      'the source had rows before and has none now; the earlier rows are kept',
      '来源现在没有数据行，而此前有；原有数据已保留',
    ],
  ])('of an HTTP source says what it did: %s', (text, en, zh) => {
    expect([errorDetail(text, 'en'), errorDetail(text, 'zh')]).toEqual([en, zh]);
  });
});
