import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { terminalLine } from './terminal-line.js';

const NOW = new Date(2025, 9, 17, 9, 5, 7).toISOString();

function shown(fields: Readonly<Record<string, unknown>>, hasColors = false): string {
  return terminalLine(
    `${JSON.stringify({ level: 30, time: NOW, pid: 1, ...fields })}\n`,
    hasColors,
  );
}

describe('a line of the log on a terminal', () => {
  it('has local time, level, message and fields', () => {
    expect(shown({ day: '2012-01-01', rows: 2, msg: '开始同步' })).toBe(
      '[09:05:07] INFO: 开始同步 {"day":"2012-01-01","rows":2}\n',
    );
  });

  it('has no more than there is, and nothing of the process or the request', () => {
    expect(shown({ msg: 'listening', req: { id: 'r1' }, context: 'Http' })).toBe(
      '[09:05:07] INFO: listening\n',
    );
    expect(shown({ level: 40, nest: 'x' })).toBe('[09:05:07] WARN: {"nest":"x"}\n');
  });

  it.each([
    [10, 'TRACE'],
    [20, 'DEBUG'],
    [50, 'ERROR'],
    [60, 'FATAL'],
  ])('names level %i', (level, name) => {
    expect(shown({ level, msg: 'x' })).toBe(`[09:05:07] ${name}: x\n`);
  });

  it('shows the stack of an error below, and its other fields with the rest', () => {
    const err = { type: 'TypeError', message: 'bad', stack: 'TypeError: bad\n    at x:1', code: 7 };
    expect(shown({ level: 50, err, request_id: 'r1', msg: 'failed' })).toBe(
      [
        '[09:05:07] ERROR: failed {"err":{"type":"TypeError","message":"bad","code":7},"request_id":"r1"}',
        '    TypeError: bad',
        '        at x:1',
        '',
      ].join('\n'),
    );
  });

  it('shows an error that is no object as a field', () => {
    expect(shown({ err: 'bad' })).toBe('[09:05:07] INFO: {"err":"bad"}\n');
  });

  it('has colors where the terminal has them, and the same text', () => {
    const fields = { level: 40, day: '2012-01-01', msg: 'slow' };
    const colored = shown(fields, true);
    expect(colored).toContain('\u001b[33mWARN\u001b[39m');
    expect(stripVTControlCharacters(colored)).toBe(shown(fields));
  });

  it('does not let what is logged control the terminal, forge a line or delete one', () => {
    const evil = 'a\r\n[09:05:07] INFO: b\u001b[2J\u009b1A\u007f';
    const text = shown({ level: 50, [evil]: evil, err: { stack: evil }, msg: evil });
    expect(text.split('\n')).toHaveLength(4);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(text).toContain('a\\x0d\\x0a[09:05:07] INFO: b\\x1b[2J\\x9b1A\\x7f');
  });
});
