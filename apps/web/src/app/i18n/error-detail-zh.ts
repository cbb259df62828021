/** Details of errors in Chinese, where the order of the words differs from the English text. */

/** What was expected and received; the names of groups stand in the Chinese text. */
type Rule = readonly [expected: RegExp, received: RegExp, chinese: string];

const ANY = /^(?<got>.+)$/s;
const COUNT = /^(?<got>\d+)/;
const MORE = /^more/;

const RULES: readonly Rule[] = [
  [/^the file (?<path>.+)$/, /^none$/, '找不到文件 <path>'],
  [/^the folder of (?<path>.+)$/, /^none$/, '找不到 <path> 所在的文件夹'],
  [/^to read the file (?<path>.+)$/, ANY, '无法读取文件 <path>（<got>）'],
  [/^(?<path>.+) to be a file$/, ANY, '<path> 不是文件，而是文件夹或设备'],
  [/^(?<path>.+) to lie in (?:its|the) folder/, ANY, '<path> 是指向文件夹之外的链接'],
  [/^(?:the files of )?(?<path>.+) to stay as /, ANY, '读取期间 <path> 发生了变化'],

  [/^(?<most>\d+) fields as in the header$/, COUNT, '表头有 <most> 个字段，这一行有 <got> 个'],
  [
    /^a column (?<column>".*") for (?<name>.+)$/,
    ANY,
    '缺少“<name>”列所需的来源列 <column>，现有的列：<got>',
  ],
  [
    /^a header with the day's column (?<column>".*")$/,
    ANY,
    '表头中没有日期列 <column>，现有的列：<got>',
  ],
  [/^every column once$/, /^(?<column>".*?") again in /, '列名 <column> 重复'],
  [/^CSV as in RFC 4180$/, ANY, '不是有效的 CSV（<got>）'],
  [/^lines that end in LF or CRLF$/, ANY, '行尾应为 LF 或 CRLF，表头中只有 CR'],

  [/^at most (?<most>\d+) bytes$/, /^more; is a quote/, '超过 <most> 字节，可能有未闭合的引号'],
  [/^at most (?<most>\d+) bytes$/, MORE, '超过 <most> 字节'],
  [
    /^a (?<what>\w+) of at most (?<most>\d+) bytes.* when unpacked$/,
    MORE,
    '<what> 解压后超过 <most> 字节',
  ],
  [/^at most (?<most>\d+) columns$/, COUNT, '有 <got> 列，最多 <most> 列'],
  [/^JSON of at most (?<most>\d+) levels$/, COUNT, 'JSON 嵌套 <got> 层，最多 <most> 层'],
  [/^at most (?<most>\d+) values in the JSON/, COUNT, 'JSON 中有 <got> 个值，最多 <most> 个'],
  [
    /^at least (?<least>\d+) rows \(checks\.rows\.min\)$/,
    COUNT,
    '至少应有 <least> 行（checks.rows.min），实际为 <got> 行',
  ],
  [
    /^at most (?<most>\d+) rows \(checks\.rows\.max\)$/,
    COUNT,
    '最多应有 <most> 行（checks.rows.max），实际为 <got> 行',
  ],
  [
    /^(?<low>\d+) to (?<high>\d+) rows \(checks\.rows\.within: within (?<percent>[\d.]+)% of (?<median>[\d.]+), the median of the latest (?<days>\d+) days/,
    COUNT,
    '应为 <low> 至 <high> 行（checks.rows.within：最近 <days> 个相同星期几的中位数 <median> 上下 <percent>%），实际为 <got> 行',
  ],
  [
    /^each (?<columns>.+) in one row \(checks\.unique\)$/,
    /^(?<got>.+) in rows (?<one>\d+) and (?<other>\d+) of the day$/s,
    '<columns> 的值在一天内不应重复（checks.unique），第 <one> 行和第 <other> 行均为 <got>',
  ],
  [
    /^(?<column>\S+) on (?<day>[\d-]{10})(?: in \S+)? \(checks\.day\)$/,
    /^(?<got>.+) in row (?<row>\d+) of the day$/s,
    '<column> 应在 <day> 当天（checks.day），第 <row> 行为 <got>',
  ],

  [/^the rest of the JSON$/, /byte (?<got>\d+)$/, 'JSON 不完整，在第 <got> 字节处结束'],
  [/^the rest of a (?<what>\w+)$/, ANY, '<what> 不完整，提前结束'],
  [/^a whole (?<what>zip|gzip|zstd|brotli)$/, ANY, '<what> 已损坏：<got>'],
  [/^a list of rows at (?<at>".*")$/, ANY, '<at> 处应为数据行列表，实际为 <got>'],
  [
    /^a mapping or a list on the way to (?<at>".*")$/,
    ANY,
    '通往 <at> 的路径上应为对象或列表，实际为 <got>',
  ],

  [/^a body of at most (?<most>\d+) bytes/, MORE, '响应超过 <most> 字节（max_bytes）'],
  [
    /^200$/,
    /^a redirect to another path \((?<got>\d+)\)/,
    '来源重定向到其他路径（<got>），系统不会跟随',
  ],
  [
    /^200$/,
    /^a redirect(?: to (?<to>\S+))? \((?<got>\d+)\)/,
    '来源重定向到 <to>（<got>），系统不会跟随',
  ],
  [/^an HTTP answer$/, /\((?<got>.+)\)$/, '响应不符合 HTTP 协议（<got>）'],
  [/^a body packed as its content-encoding says$/, ANY, '响应与其 content-encoding 不符（<got>）'],
  [
    /^to be asked to wait for at most (?<most>\d+) s/,
    COUNT,
    '来源要求等待 <got> 秒，超过 <most> 秒（max_wait_seconds）',
  ],
  [/^rows$/, /^a request to wait$/, '来源要求等待'],
  [/^rows$/, /^(?<got>\d+)$/, '来源返回 <got>，要求等待'],
  [/^at most (?<most>\d+) pages a day$/, MORE, '这一天超过 <most> 页'],
  [/^a page that was not there before$/, ANY, '下一页是已经读取过的页'],
  [/^a page other than the one before$/, ANY, '这一页与上一页相同'],
  [/^a next page of the same origin$/, ANY, '下一页指向其他站点'],
  [/^an address as the next page$/, ANY, '下一页的地址不可用'],
  [/^a text or a number as the cursor at (?<at>.+)$/, ANY, '<at> 处的游标不可用'],

  [/^a free connection$/, ANY, '数据库没有空闲连接：<got>'],
  [/^a login that the database accepts$/, ANY, '数据库拒绝登录：<got>'],
  [/^a PostgreSQL server (?:to answer|that stays)$/, ANY, '无法连接 PostgreSQL：<got>'],
  [/^the connection to last$/, ANY, '与数据库的连接中断：<got>'],
  [/^the query to end in time$/, ANY, '查询超时：<got>'],
  [/^the query to give its rows$/, ANY, '查询失败：<got>'],
  [/^a query that only reads$/, ANY, '查询只能读取数据：<got>'],
  [/^a query that (?<what>\w+) accepts$/, ANY, '<what> 拒绝了查询：<got>'],
  [/^a query that gives rows$/, ANY, '这条语句不返回数据行'],
  [/^a file that no other process is writing$/, ANY, '文件正由其他进程写入：<got>'],
  [/^a SQLite file that can be read$/, ANY, '无法读取 SQLite 文件：<got>'],
  [
    /^(?<folder>.+) to have a _daysync\.json or no days$/,
    ANY,
    '目录 <folder> 中有其他程序的数据，缺少 _daysync.json：<got>',
  ],
  [/^(?<table>.+) to accept the rows$/, ANY, '目标表 <table> 拒绝了这些行：<got>'],
];

/** The Chinese sentence, if the texts are among those that have one. */
export function sentenceZh(expected: string, received: string): string | undefined {
  for (const [ofExpected, ofReceived, chinese] of RULES) {
    const [one, other] = [ofExpected.exec(expected), ofReceived.exec(received)];
    if (one === null || other === null) continue;
    const groups: Readonly<Record<string, string | undefined>> = { ...one.groups, ...other.groups };
    return chinese.replace(/<(\w+)>/g, (_, name: string) => receivedZh(groups[name] ?? ''));
  }
  return undefined;
}

/** Of a batch: what of its dataset has changed, and why the database can not be written. */
const OF_BATCH: readonly (readonly [text: RegExp, chinese: string])[] = [
  [
    /^the dataset (\S+) is not configured as it was at the start: (.+)$/s,
    '数据集 $1 的配置已与批次开始时不同：$2',
  ],
  [
    /^the dataset (\S+) is not configured as it was at the start$/,
    '数据集 $1 的配置已与批次开始时不同',
  ],
  [/^the dataset (\S+) is no longer configured$/, '数据集 $1 已不在数据集文件中'],
  [/^the database does not answer$/, '数据库没有响应'],
  [/^.+ can't be written: (?:the|its) disk is full$/, '无法写入数据库：磁盘已满'],
  [
    /^.+ can't be written: (?:the|its) disk does not read or write$/,
    '无法写入数据库：磁盘无法读写',
  ],
  [/^.+ can't be written: it (?:is read-only|only reads)$/, '无法写入数据库：数据库只读'],
  [
    /^.+ can't be written: (?:another program|a table of it) .*lock.*$/,
    '无法写入数据库：正被其他程序锁定',
  ],
  [/^.+ can't be written: the connection broke$/, '无法写入数据库：连接中断'],
];

/** The error of a batch in Chinese, if the text is among those that have one. */
export function batchErrorZh(text: string): string | undefined {
  const found = OF_BATCH.find(([english]) => english.test(text));
  return found && text.replace(...found);
}

const TYPES: Readonly<Record<string, string>> = {
  text: '文本',
  number: '数字',
  boolean: '布尔值',
  Date: '日期',
};

/** What was received, where the server describes it in words. */
const DESCRIBED: readonly (readonly [
  english: RegExp,
  chinese: string | typeof shownColumns | typeof possibleFormats,
])[] = [
  [/^nothing$/, '空'],
  [/^a list of (\d+)/, '$1 项的列表'],
  [/^an empty mapping/, '空对象'],
  [/^a mapping with the keys /, '对象，键为 '],
  [/^a value that can’t be read/, '无法读取的值'],
  [/^(?:its end|the end(?: of the (?:file|line))?)(?=$| at byte)/, '末尾'],
  [/^something else/, '其他内容'],
  [/^other bytes/, '其他字节'],
  [/, which is (.+? or .+?)(?=：|；|$)/, possibleFormats],
  [/ at byte (\d+)/, '（第 $1 字节）'],
  [/^no columns$/, '无'],
  [/^the columns (.+?)(?: and (\d+) more)?$/s, shownColumns],
];

function possibleFormats(_: string, formats: string): string {
  return `，可能是 ${formats.replaceAll(' or ', ' 或 ')}`;
}

function shownColumns(_: string, shown: string, more: string | undefined): string {
  return more === undefined ? shown : `${shown}，另有 ${more} 列`;
}

/** What was received, in Chinese as far as the words are the server's own. */
export function receivedZh(received: string): string {
  const typed = received.replace(
    / \((text|number|boolean|Date)\)/,
    (_, type: string) => `（${TYPES[type] ?? type}）`,
  );
  return DESCRIBED.reduce(
    (text, [english, chinese]) =>
      typeof chinese === 'string' ? text.replace(english, chinese) : text.replace(english, chinese),
    typed,
  );
}
