import type { Finding } from './finding.js';

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
