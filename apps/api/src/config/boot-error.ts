import type { EnvironmentError } from './environment.js';

/** The exit status of a configuration that can't be used: `EX_CONFIG` of sysexits.h. */
export const CONFIG_EXIT_CODE = 78;

/** A place of a configuration file that can't be used. */
export interface FileError {
  /** Such as `datasets[1].target.columns.speed_knots.type`; empty for the file as a whole. */
  readonly path: string;
  /** Counted from 1; null where the file could not be read at all. */
  readonly line: number | null;
  readonly column: number | null;
  readonly expected: string;
  readonly received: string;
}

/** A place of a configuration file that can be used, but not as it seems. */
export interface FileWarning {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** A sentence without its full stop, such as `data/weather.csv is not there yet: …`. */
  readonly text: string;
}

/** All that was wrong at boot. */
export interface BootErrors {
  readonly environment: readonly EnvironmentError[];
  readonly datasetsFile: {
    readonly path: string;
    readonly errors: readonly FileError[];
  };
}

/** One line for each error, as an editor or a terminal can follow it (`file:line:column`), without line ends. */
export function bootErrorLines({ environment, datasetsFile }: BootErrors): string[] {
  const count = environment.length + datasetsFile.errors.length;
  if (count === 0) return [];
  return [
    `Daysync can't start: ${count === 1 ? 'one setting is' : `${count} settings are`} wrong.`,
    ...environment.map(
      ({ name, expected, received }) =>
        `  environment ${name}: expected ${expected}, got ${received}`,
    ),
    ...fileErrorLines(datasetsFile.path, datasetsFile.errors).map((line) => `  ${line}`),
  ];
}

/** One line for each error of a file, without line ends. */
export function fileErrorLines(file: string, errors: readonly FileError[]): string[] {
  return errors.map(({ path, line, column, expected, received }) => {
    const place = line === null ? '' : `:${line}${column === null ? '' : `:${column}`}`;
    const where = path === '' ? '' : ` ${path}`;
    return `${file}${place}${where}: expected ${expected}, got ${received}`;
  });
}

/** One line for each warning, as {@link bootErrorLines} writes an error. */
export function warningLines(file: string, warnings: readonly FileWarning[]): string[] {
  return warnings.map(
    ({ path, line, column, text }) => `${file}:${line}:${column} ${path}: ${text}`,
  );
}
