// `daysync doctor [--json]`: says what is wrong with this installation, and how to fix it.
import { checkNode } from './node-version.js';
import { findingLines, summaryOf, type Finding } from './finding.js';

const JSON_FLAG = '--json';

async function main(args: readonly string[]): Promise<number> {
  const asJson = args.includes(JSON_FLAG);
  const findings: Finding[] = [];
  const add = (finding: Finding): void => {
    findings.push(finding);
    if (!asJson) process.stdout.write(`${findingLines(finding).join('\n')}\n`);
  };
  const node = checkNode(process.versions.node);
  add(node);
  // An older Node can't load the rest.
  if (node.state === 'ok') await examineAll(add);
  process.stdout.write(asJson ? `${JSON.stringify({ findings })}\n` : `\n${summaryOf(findings)}\n`);
  return findings.some(({ state }) => state === 'problem') ? 1 : 0;
}

async function examineAll(add: (finding: Finding) => void): Promise<void> {
  await import('reflect-metadata');
  const { SecretValues } = await import('../../config/secret-values.js');
  const { systemClock } = await import('../../config/clock.js');
  const { examine } = await import('./doctor.js');
  const secrets = new SecretValues();
  const ports = { env: process.env, clock: systemClock, secrets };
  for await (const { fix, text, ...finding } of examine(ports)) {
    add({ ...finding, text: secrets.redact(text), fix: fix === null ? null : secrets.redact(fix) });
  }
}

main(process.argv.slice(2)).then(
  // A connection that does not close must not keep the process alive.
  (code) => process.stdout.write('', () => process.exit(code)),
  (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${text}\n`, () => process.exit(1));
  },
);
