import { describe, expect, it } from '@jest/globals';
import { terminalLine } from './terminal-line.js';

/** In the middle of its second, and in the time of the machine. */
const TIME = new Date(2025, 9, 1, 4, 5, 6, 500).toISOString();

function shown(fields: Readonly<Record<string, unknown>>, colors = false): string {
  const line = `${JSON.stringify({ level: 30, time: TIME, pid: 1, ...fields })}\n`;
  return terminalLine(line, { colors });
}

describe('a line of the log on the terminal', () => {
  it('has the time, the level, the message and the fields', () => {
    const line = shown({ dataset: 'weather', day: '2025-10-01', msg: '开始同步 2025-10-01' });
    const fields = '{"dataset":"weather","day":"2025-10-01"}';
    expect(line).toBe(`[04:05:06] INFO: 开始同步 2025-10-01 ${fields}\n`);
  });

  it('is as short as it can be', () => {
    expect(shown({ level: 40, msg: 'x' })).toBe('[04:05:06] WARN: x\n');
    expect(shown({ url: 'y' })).toBe('[04:05:06] INFO: {"url":"y"}\n');
  });

  it('leaves out what one line a process or a request is enough for', () => {
    expect(shown({ context: 'a', req: { id: 'b' }, msg: 'x' })).toBe('[04:05:06] INFO: x\n');
  });

  it('has the stack of an error below', () => {
    const err = { type: 'Error', message: 'bad', stack: 'Error: bad\n    at here' };
    expect(shown({ level: 50, err, msg: 'failed' })).toBe(
      '[04:05:06] ERROR: failed {"err":{"type":"Error","message":"bad"}}\n' +
        '    Error: bad\n        at here\n',
    );
  });

  it('shows what was thrown that is no error', () => {
    expect(shown({ err: 'text' })).toBe('[04:05:06] INFO: {"err":"text"}\n');
    expect(shown({ err: null })).toBe('[04:05:06] INFO: {"err":null}\n');
  });

  it('is no line more, and tells the terminal nothing, whatever the message is', () => {
    const line = shown({ msg: 'a\n[04:05:06] INFO: forged \u001b[2J\u009b' });
    expect(line).toBe('[04:05:06] INFO: a\\u000a[04:05:06] INFO: forged \\u001b[2J\\u009b\n');
  });

  it('has colours where they are wanted', () => {
    expect(shown({ level: 50, msg: 'x', a: 1 }, true)).toBe(
      '[04:05:06] \u001b[31mERROR\u001b[39m: \u001b[36mx\u001b[39m \u001b[90m{"a":1}\u001b[39m\n',
    );
  });
});
