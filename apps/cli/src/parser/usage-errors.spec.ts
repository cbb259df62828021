import { describe, expect, it } from 'vitest';
import { portsWith } from '../terminal/ports.fixture.js';
import { run } from './run.js';
import { usageError } from './usage-errors.js';

const RANGE = ['weather', '2012-01-01', '2012-01-02'];

async function errorsOf(args: readonly string[]): Promise<string> {
  const { ports, stderr } = portsWith({ env: { LANG: 'zh_CN.UTF-8' } });
  expect(await run(args, ports)).toBe(2);
  return stderr.text;
}

describe('wrong usage in a Chinese terminal', () => {
  it.each<[string[], string]>([
    [['snyc'], "未知命令 'snyc'\n（是否想输入 sync？）"],
    [['re'], "未知命令 're'"],
    [['status', '--jsn'], "未知选项 '--jsn'\n（是否想输入 --json？）"],
    [['sync', 'weather'], "缺少参数 'from'"],
    [['status', '--url'], "选项 '--url <url>' 缺少值"],
    [
      ['sync', 'weather', '2012-02-30', '2012-03-01'],
      `参数 'from' 的值 '2012-02-30' 无效：应为 2026-11-28、today、yesterday、-7d、2026-11、2026-W48 或 last-month 这样的日期，实际为 "2012-02-30"`,
    ],
    [['sync', 'weather', "it's", '2012-03-01'], `参数 'from' 的值 'it's' 无效：应为`],
    [
      ['sync', 'weather', '2012-03-02', '2012-03-01'],
      '结束日期不能早于开始日期，实际为 2012-03-02 到 2012-03-01',
    ],
    [
      ['sync', ...RANGE, '--mode', 'some'],
      "选项 '--mode <mode>' 的值 'some' 无效：可选值为 missing, missing_and_failed, incomplete, all",
    ],
    [['sync', ...RANGE, '--preview', '--watch'], "选项 '--preview' 不能与选项 '--watch' 同时使用"],
    [
      ['sync', ...RANGE, '--local', '--url', 'http://127.0.0.1:8000'],
      '--local 和 --url 不能同时使用',
    ],
    [['status', '--limit', '0'], `选项 '--limit <n>' 的值 '0' 无效：应为 1 到 500 的整数`],
    [['datasets', 'chek'], "未知命令 'chek'\n（是否想输入 check？）"],
    [['settle', ...RANGE], '应通过 --reason 说明来源为何不会有这些日期的数据，或指定 --undo'],
    [['pause', 'a', 'more'], "命令 'pause' 的参数过多：应为 1 个，实际为 2 个（a, more）"],
  ])('%j is explained in Chinese', async (args, text) => {
    const error = await errorsOf(args);
    expect(error).toMatch(/^错误：/);
    expect(error).toContain(text);
    expect(error).not.toMatch(/error:|expected|Did you mean|Allowed|invalid|argument/i);
  });

  it('names the variable whose value is wrong', () => {
    const text =
      "error: option '--url <url>' value 'x' from env 'DAYSYNC_URL' is invalid. 应为地址\n";
    expect(usageError(text, 'zh')).toBe(
      "错误：环境变量 DAYSYNC_URL（选项 '--url <url>'）的值 'x' 无效：应为地址\n",
    );
  });

  it('names each command that may have been meant', () => {
    expect(usageError("error: unknown command 'x'\n(Did you mean one of a, b?)\n", 'zh')).toBe(
      "错误：未知命令 'x'\n（是否想输入其中之一：a, b？）\n",
    );
  });

  it('is English elsewhere, and where it is not known', () => {
    expect(usageError('error: unknown option\n', 'en')).toBe('error: unknown option\n');
    expect(usageError('error: something new\n', 'zh')).toBe('错误：something new\n');
  });
});
