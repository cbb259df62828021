import type { Language } from '@daysync/progress';
import { batchErrorZh, receivedZh, sentenceZh } from './error-detail-zh';

/** The server's `a.csv: row 12, column wind: expected X, got Y`; file, row and column may be missing. */
const EXPECTED =
  /^(?:(?<file>[^\n]+?): )??(?:row (?<row>\d+)(?:, |: ))?(?:column (?<quote>"?)(?<column>.+?)\k<quote>: )?expected (?<expected>.+?), got:? (?<received>.+)$/s;

/** What follows where it is so with every row of a file. */
const EVERY_ROW =
  /; (?:the only row has no|none of the (?<count>\d+) rows has a) readable day(?<check>.*)$/s;

/** What to do, where the server knows it: keys of the datasets file with their values. */
const SET = /: set (`.+)$/s;
/** The words between these keys. */
const SET_ZH: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/ in the source/g, '（来源）'],
  [/ in the column/g, '（列）'],
  [/,? or (?:a )?(?=`)/g, ' 或 '],
  [/, and /g, '，以及 '],
  [/ and /g, ' 和 '],
  [/ to the one that is meant/g, ' 为实际的格式'],
  [/,? such as /g, '，例如 '],
];

/** What was expected, in Chinese: each text begins with one of these. */
const EXPECTED_ZH: readonly (readonly [english: string, chinese: string])[] = [
  ['well-formed text', '不含 NUL 的有效文本'],
  ['an integer', '64 位整数'],
  ['a finite number', '数字'],
  ['a decimal number', '不带指数的十进制数'],
  ['true, false, 1 or 0', 'true、false、1 或 0'],
  ['seconds since 1970', '自 1970 年起的秒数'],
  ['milliseconds since 1970', '自 1970 年起的毫秒数'],
  ['an ISO 8601 time', '带时区的 ISO 8601 时间'],
  ['valid JSON', '有效的 JSON'],
  ['a value', '非空值'],
  ['JSON', 'JSON'],
  ['a line of JSON', '一行 JSON'],
  ['an object of columns and values', '由列和值组成的对象'],
  ['a mapping of columns to values', '列名到值的映射'],
  ['a header in UTF-8', 'UTF-8 编码的表头'],
  ['UTF-8', 'UTF-8 编码'],
  ['rows', '数据行'],
  ['a closing quote', '右引号'],
];

/** Of dates, the way of writing is named: `a date written dd.MM.yyyy`. */
const WRITTEN = /^a (?<what>date|year|month) written (?<how>.+)$/;
const WRITTEN_ZH: Readonly<Record<string, string>> = { date: '日期', year: '年份', month: '月份' };

/** What an HTTP source did, in a sentence of its own; the names of groups are those of the text. */
interface DetailSentence {
  readonly expected: RegExp;
  readonly received: RegExp;
  readonly en: string;
  readonly zh: string;
}

const SENTENCES: readonly DetailSentence[] = [
  {
    expected: /^200 for its credentials$/,
    received: /^(?<got>\d+)$/,
    en: 'the source rejected the credentials (<got>)',
    zh: '来源拒绝了访问凭据（<got>）',
  },
  {
    expected: /^200$/,
    received: /^(?<got>\d+)$/,
    en: 'expected status 200, got <got>',
    zh: '状态码应为 200，实际为 <got>',
  },
  {
    expected: /^rows$/,
    received: /^(?<got>\d+), to wait for (?<seconds>\d+) s$/,
    en: 'the source answered <got> and asked to wait for <seconds> s',
    zh: '来源返回 <got>，要求等待 <seconds> 秒',
  },
  {
    expected: /^rows$/,
    received: /^an earlier request to wait, still for (?<seconds>\d+) s$/,
    en: 'the source asked earlier to wait, for <seconds> s more',
    zh: '来源此前要求等待，还需 <seconds> 秒',
  },
  {
    expected: /^an answer in time \((?<key>\w+)\)$/,
    received: /^nothing$/,
    en: 'no answer in time (<key>)',
    zh: '未在限定时间内响应（<key>）',
  },
  {
    expected: /^the rest of the answer in time \((?<key>\w+)\)$/,
    received: /^nothing$/,
    en: 'the answer stopped in the middle and did not continue in time (<key>)',
    zh: '响应中途停止，未在限定时间内继续（<key>）',
  },
  {
    expected: /^a connection$/,
    received: /^(?<got>\w+)$/,
    en: 'no connection (<got>)',
    zh: '无法建立连接（<got>）',
  },
  {
    expected: /^a whole answer$/,
    received: /^(?<got>\w+)$/,
    en: 'the connection broke in the middle of the answer (<got>)',
    zh: '响应中途连接中断（<got>）',
  },
  {
    expected: /^(?:valid )?JSON/,
    received: /^Unexpected "<"/,
    en: 'got HTML instead of JSON',
    zh: '收到的是 HTML，而不是 JSON',
  },
];

/** The same for texts that do not say what was received. */
const WHOLE: readonly { readonly text: RegExp; readonly en: string; readonly zh: string }[] = [
  {
    text: /^expected the day within (?<seconds>[\d.]+) s, and it was not there$/,
    en: 'not finished within <seconds> s',
    zh: '超过 <seconds> 秒仍未完成',
  },
  {
    text: /^expected the query to end within (?<seconds>[\d.]+) s, and it did not$/,
    en: 'the query did not end within <seconds> s',
    zh: '查询超过 <seconds> 秒仍未结束',
  },
  {
    text: /^expected at least one row \(on_empty: fail\), and the source has none$/,
    en: 'the source has no rows (on_empty: fail)',
    zh: '来源没有数据行（on_empty: fail）',
  },
  {
    text: /^expected rows, as the day had some before, and the source has none now; the rows of before are kept$/,
    en: 'the source had rows before and has none now; the earlier rows are kept',
    zh: '来源现在没有数据行，而此前有；原有数据已保留',
  },
];

function filled(sentence: string, groups: Readonly<Record<string, string>>): string {
  return sentence.replace(/<(\w+)>/g, (_, name: string) => groups[name] ?? '');
}

function sentenceOf(expected: string, received: string, language: Language): string | undefined {
  for (const sentence of SENTENCES) {
    const [one, other] = [sentence.expected.exec(expected), sentence.received.exec(received)];
    if (one === null || other === null) continue;
    return filled(sentence[language], { ...one.groups, ...other.groups });
  }
  return undefined;
}

/** Whether the detail of an error names the row or the column itself. */
export function saysPlace(text: string): boolean {
  return /\b(?:row \d|column )/.test(text);
}

/** Why a batch has paused itself: the detail of the last day stands at the end. */
const REPEATED =
  /^(?<count>\d+) days in a row failed with (?<what>.+?) \(pause_after_failures\); the last one: (?<last>.+)$/s;

function repeatedZh(text: string): string | undefined {
  const { count, what = '', last = '' } = REPEATED.exec(text)?.groups ?? {};
  if (count === undefined) return undefined;
  const [code = '', column] = what.split(' in column ');
  const place = column === undefined ? '' : `（“${column}”列）`;
  return `连续 ${count} 天因 ${code}${place}失败（pause_after_failures）。最近一次：${errorDetail(last, 'zh')}`;
}

/** Several checks of a day have failed: each has its own sentence. */
const NEXT_CHECK = /; (?=expected .+ \(checks\.)/s;

/** The detail of a day's error in the language of the page; the server writes it in English. */
export function errorDetail(text: string, language: Language): string {
  const ofBatch = language === 'zh' ? (repeatedZh(text) ?? batchErrorZh(text)) : undefined;
  if (ofBatch !== undefined) return ofBatch;
  const [first = '', ...others] = language === 'zh' ? text.split(NEXT_CHECK) : [text];
  if (others.length > 0) {
    return [first, ...others].map((check) => errorDetail(check, language)).join('；');
  }
  const { file, row, column, expected, received } = EXPECTED.exec(text)?.groups ?? {};
  const sentence = sentenceOf(expected ?? '', received ?? '', language);
  if (sentence !== undefined) {
    const start = file === undefined ? '' : `${file}${language === 'zh' ? '：' : ': '}`;
    return `${start}${sentence}`;
  }
  for (const whole of WHOLE) {
    const found = whole.text.exec(text);
    if (found !== null) return filled(whole[language], found.groups ?? {});
  }
  if (language !== 'zh' || expected === undefined || received === undefined) return text;
  const place = [file, row && `第 ${row} 行`, column && `“${column}”列`].filter(Boolean).join('，');
  const what = sentenceZh(expected, received) ?? comparisonZh(expected, received);
  return what === undefined ? text : `${place && `${place}：`}${what}`;
}

function comparisonZh(expected: string, received: string): string | undefined {
  const chinese = chineseOf(expected);
  if (chinese === undefined) return undefined;
  const space = /^\w/.test(chinese) ? ' ' : '';
  return `应为${space}${chinese}，实际为 ${receivedZh(whatToSet(ofEveryRow(received)))}`;
}

function whatToSet(received: string): string {
  return received.replace(SET, (_, keys: string) => {
    const chinese = SET_ZH.reduce((text, [english, word]) => text.replace(english, word), keys);
    return `：请设置 ${chinese}`;
  });
}

function chineseOf(expected: string): string | undefined {
  const { what = '', how = '' } = WRITTEN.exec(expected)?.groups ?? {};
  if (how !== '') return `格式为 ${how} 的${WRITTEN_ZH[what] ?? ''}`;
  return EXPECTED_ZH.find(([english]) => expected.startsWith(english))?.[1];
}

function ofEveryRow(received: string): string {
  return received.replace(EVERY_ROW, (_, count: string | undefined, check: string) => {
    const advice = check === '' ? '' : '，请检查 day_column';
    return count === undefined
      ? `；文件中仅有的一行没有可识别的日期${advice}`
      : `；全部 ${count} 行都没有可识别的日期${advice}`;
  });
}
