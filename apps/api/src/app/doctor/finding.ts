/** What the doctor looks at, in its order. */
export type Examined =
  | 'node'
  | 'settings'
  | 'datasets'
  | 'folders'
  | 'disk'
  | 'database'
  | 'clock'
  | 'port'
  | 'proxy'
  | 'sources'
  | 'targets';

/** What a check has found. */
export interface Finding {
  readonly check: Examined;
  readonly state: 'ok' | 'warning' | 'problem';
  /** A sentence without its full stop. */
  readonly text: string;
  /** What to do about it, also without its full stop; null where there is nothing to do, or the text says it. */
  readonly fix: string | null;
}

export const ok = (check: Examined, text: string): Finding => ({
  ...{ check, state: 'ok', text, fix: null },
});

export const warning = (check: Examined, text: string, fix: string | null = null): Finding => ({
  ...{ check, state: 'warning', text, fix },
});

export const problem = (check: Examined, text: string, fix: string | null = null): Finding => ({
  ...{ check, state: 'problem', text, fix },
});

/** The message of an error; an `AggregateError` has one error for each address that was tried. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: '✓', warning: '!', problem: '✗' };
const INDENT = ' '.repeat(2);

/** The lines of a finding: what was found, and what to do. */
export function findingLines({ check, fix, state, text }: Finding): string[] {
  const line = `${MARKS[state]} ${check}: ${text}`;
  return fix === null ? [line] : [line, `${INDENT}Fix: ${fix}.`];
}

/** How many problems and warnings there are. */
export function summaryOf(findings: readonly Finding[]): string {
  const count = (state: Finding['state']): number =>
    findings.filter((finding) => finding.state === state).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  if (problems + warnings === 0) return 'Nothing is wrong.';
  const counted = (number: number, word: string): string =>
    `${number} ${word}${number === 1 ? '' : 's'}`;
  return `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}.`;
}
