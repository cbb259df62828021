import { styleText } from 'node:util';
import { levels } from 'pino';

type Style = Parameters<typeof styleText>[0];

/** A line of the log, as pino writes it. */
interface LogLine {
  readonly level: number;
  readonly time: string;
  readonly msg?: string;
  readonly err?: { readonly stack?: string };
  readonly [field: string]: unknown;
}

const WARNING = levels.values['warn'] ?? 0;
const ERROR = levels.values['error'] ?? 0;

/**
 * A line of the log as people read it: `[04:13:31] INFO: 开始同步 2025-10-01 {"dataset":"weather"}`, in the time of
 * this machine, with the stack of an error below. What one line a process or a request is enough for is left out.
 *
 * Our own, for each day has two of them, and pino-pretty takes several times as long.
 */
export function terminalLine(line: string, { colors }: { readonly colors: boolean }): string {
  const {
    level,
    time,
    msg,
    pid: _pid,
    context: _context,
    req: _req,
    ...fields
  } = JSON.parse(line) as LogLine;
  const stack = fields.err?.stack;
  const shown =
    stack === undefined ? fields : { ...fields, err: { ...fields.err, stack: undefined } };
  const paint = (style: Style, text: string): string =>
    colors ? styleText(style, text, { validateStream: false }) : text;
  const words = [
    `[${new Date(time).toTimeString().slice(0, '00:00:00'.length)}]`,
    `${paint(styleOf(level), levels.labels[level]?.toUpperCase() ?? String(level))}:`,
  ];
  if (msg !== undefined) words.push(paint('cyan', visible(msg)));
  if (Object.keys(shown).length > 0) words.push(paint('gray', visible(JSON.stringify(shown))));
  const below = stack?.split('\n') ?? [];
  return [words.join(' '), ...below.map((part) => `    ${visible(part)}`), ''].join('\n');
}

function styleOf(level: number): Style {
  if (level >= ERROR) return 'red';
  return level >= WARNING ? 'yellow' : 'green';
}

/** A text in which nothing begins a line, or tells the terminal something. */
function visible(text: string): string {
  return text.replaceAll(
    /\p{Cc}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
