import { styleText } from 'node:util';
import { levels } from 'pino';

const LEVEL_STYLES = {
  10: 'gray',
  20: 'blue',
  30: 'green',
  40: 'yellow',
  50: 'red',
  60: 'bgRed',
} as const;
/** Control characters could move the cursor, change colors or begin a new line. */
const CONTROL = /\p{Cc}/gu;
const INDENT = '    ';

type Fields = Readonly<{ err?: unknown; [name: string]: unknown }>;

interface LogLine extends Fields {
  readonly level: keyof typeof LEVEL_STYLES;
  readonly time: string;
  readonly msg?: string;
}

type Style = Parameters<typeof styleText>[0];

/**
 * Formats a JSON line of the log for a terminal: local time, level, message and fields in one line, the stack of an error
 * below it. Control characters are escaped.
 */
export function terminalLine(json: string, hasColors: boolean): string {
  const { level, time, msg, pid, req, context, ...fields } = JSON.parse(json) as LogLine;
  const styled = (style: Style, text: string): string =>
    hasColors ? styleText(style, text, { validateStream: false }) : text;
  const { shown, stack } = withoutStack(fields);
  const name = levels.labels[level]?.toUpperCase() ?? '';
  const line = [`[${localTime(time)}] ${styled(LEVEL_STYLES[level], name)}:`];
  if (msg !== undefined) line.push(styled('cyan', visible(msg)));
  if (Object.keys(shown).length > 0) line.push(styled('gray', visible(JSON.stringify(shown))));
  return `${[line.join(' '), ...stack].join('\n')}\n`;
}

function withoutStack(fields: Fields): { readonly shown: Fields; readonly stack: string[] } {
  const { err } = fields;
  if (typeof err !== 'object' || err === null || !('stack' in err))
    return { shown: fields, stack: [] };
  const { stack, ...rest } = err;
  const lines = String(stack).split(/\r?\n/);
  return { shown: { ...fields, err: rest }, stack: lines.map((line) => INDENT + visible(line)) };
}

/** `HH:MM:SS` in the zone of the process. */
function localTime(instant: string): string {
  return new Date(instant).toTimeString().slice(0, 8);
}

function visible(text: string): string {
  return text.replace(CONTROL, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
