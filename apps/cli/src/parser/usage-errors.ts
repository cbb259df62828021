import type { Language } from '@daysync/progress';

/**
 * What commander says of wrong usage, in Chinese. It has no texts of its own to replace, so its sentences are found by
 * their form; `usage-errors.spec.ts` causes each of them.
 */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^missing required argument '([^]*)'/, "缺少参数 '$1'"],
  [/^option '([^']*)' argument missing/, "选项 '$1' 缺少值"],
  [/^required option '([^']*)' not specified/, "缺少必需的选项 '$1'"],
  [/^option '([^']*)' argument '([^]*?)' is invalid\. ?/, "选项 '$1' 的值 '$2' 无效："],
  [
    /^option '([^']*)' value '([^]*?)' from env '([^']*)' is invalid\. ?/,
    "环境变量 $3（选项 '$1'）的值 '$2' 无效：",
  ],
  [
    /^command-argument value '([^]*?)' is invalid for argument '([^']*)'\. ?/,
    "参数 '$2' 的值 '$1' 无效：",
  ],
  [/^option '([^']*)' cannot be used with option '([^']*)'/, "选项 '$1' 不能与选项 '$2' 同时使用"],
  [
    /^option '([^']*)' cannot be used with environment variable '([^']*)'/,
    "选项 '$1' 不能与环境变量 '$2' 同时使用",
  ],
  [/^unknown option '([^]*?)'(?=\n|$)/, "未知选项 '$1'"],
  [/^unknown command '([^]*?)'(?=\n|$)/, "未知命令 '$1'"],
  [
    /^too many arguments for '([^']*)'\. Expected (\d+) arguments? but got (\d+): ([^]*)\.(?=\n*$)/,
    "命令 '$1' 的参数过多：应为 $2 个，实际为 $3 个（$4）",
  ],
  [
    /^too many arguments\. Expected (\d+) arguments? but got (\d+): ([^]*)\.(?=\n*$)/,
    '参数过多：应为 $1 个，实际为 $2 个（$3）',
  ],
];
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/Allowed choices are ([^\n]*)\.(?=\n|$)/, '可选值为 $1'],
  [/\n\(Did you mean one of ([^\n]*)\?\)/, '\n（是否想输入其中之一：$1？）'],
  [/\n\(Did you mean ([^\n]*)\?\)/, '\n（是否想输入 $1？）'],
];
const PREFIX = 'error: ';

/** An error of usage in the language of the terminal. What is in no list stays as it is. */
export function usageError(text: string, language: Language): string {
  if (language === 'en' || !text.startsWith(PREFIX)) return text;
  let translated = text.slice(PREFIX.length);
  const sentence = SENTENCES.find(([pattern]) => pattern.test(translated));
  if (sentence !== undefined) translated = translated.replace(...sentence);
  for (const part of PARTS) translated = translated.replace(...part);
  return `错误：${translated}`;
}
