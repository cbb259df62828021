// The launcher behind every npm script: installs, finds Node, builds what is stale, runs.
// Plain JavaScript for Node 20 without packages, which a fresh clone does not have yet.
import fs from 'node:fs';
import { build, buildApi, buildFor, buildPackages, buildSite } from './build.mjs';
import { endBy, run } from './child.mjs';
import { dev } from './dev.mjs';
import { installedNode, installFolder } from './install.mjs';
import {
  BACKUP,
  COMMAND_LINE,
  COMMAND_LINE_PAGE,
  DATASETS_CHECK,
  DATASETS_SCHEMA,
  ERRORS_DOCS,
  ERRORS_FILE,
  inProject,
  MIGRATE_TO_POSTGRES,
  say,
  SCHEMA_FILE,
  SERVER,
  SERVER_FLAGS,
  SITE,
  UserFacingError,
} from './project.mjs';
import { runAll, runChanged, runLong, runQuick } from './checks.mjs';
import { writeSource, writeTarget } from './new-kind.mjs';
import { FORMATTER, LINTERS } from './static-checks.mjs';
import { REPORT, writeReport } from '../test/bench/report.mjs';
import { REPORTED, writeApiReports } from '../test/packages/api-report.mjs';
import { DRAWN, packDocsPictures, SHOWN } from '../test/pictures/docs-pictures.mjs';
import { writeClient } from './openapi.mjs';
import { release } from './release.mjs';
import { runNamedSpecs, runProject } from './specs.mjs';
import { TIMES_PAGE, writeTimes } from './test-times.mjs';

const COMMANDS = {
  /** Builds what is stale and runs the program. */
  async start(node) {
    await build(node);
    return run(node, [...SERVER_FLAGS, inProject(SERVER)]);
  },
  /** Runs the program and rebuilds it when its sources change. */
  dev,
  /** Checks the datasets file, or tries a day: `npm run datasets:check -- --try weather 2012-03-01`. */
  async 'datasets:check'(node, args) {
    await buildApi(node);
    return run(node, [inProject(DATASETS_CHECK), ...args]);
  },
  /** The command line: `npm run daysync -- sync weather 2012-03-01 2012-03-31 --watch`. */
  async daysync(node, args) {
    await buildFor(node, args);
    return run(node, [inProject(COMMAND_LINE), ...args]);
  },
  /** Updates the help of each command in docs/cli.md. */
  async 'cli:docs'(node) {
    await buildFor(node, []);
    const file = inProject(COMMAND_LINE_PAGE);
    const page = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, await withHelp(page, (args) => printed(node, COMMAND_LINE, args)));
    return { code: 0 };
  },
  /** Copies the database, also while the program runs: `npm run backup -- /backups/daysync.db`. */
  async backup(node, args) {
    await buildApi(node);
    return run(node, ['--disable-warning=ExperimentalWarning', inProject(BACKUP), ...args]);
  },
  /** Moves the data from SQLite to the PostgreSQL of `DATABASE_URL`; a second run continues where the first one stopped. */
  async 'migrate:to-postgres'(node, args) {
    await buildApi(node);
    const flags = ['--disable-warning=ExperimentalWarning'];
    return run(node, [...flags, inProject(MIGRATE_TO_POSTGRES), ...args]);
  },
  /** Updates the JSON Schema of the datasets file from its validation. */
  async 'datasets:schema'(node) {
    await buildApi(node);
    fs.writeFileSync(inProject(SCHEMA_FILE), await printed(node, DATASETS_SCHEMA));
    return run(node, [FORMATTER, SCHEMA_FILE]);
  },
  /** Updates the OpenAPI document from the program, and the clients and the reference of the API from the document. */
  async 'openapi:client'(node) {
    await buildApi(node);
    await writeClient(node);
    return { code: 0 };
  },
  /** Writes a kind of source that works, from the template: `npm run new:source ftp`. */
  async 'new:source'(node, names) {
    const written = await writeSource(node, names);
    return written.code === 0 ? updateGenerated(node, `${names[0]}-source`) : written;
  },
  /** The same for a target: `npm run new:target s3`. */
  async 'new:target'(node, names) {
    const written = await writeTarget(node, names);
    return written.code === 0 ? updateGenerated(node, `${names[0]}-target`) : written;
  },
  /** Updates the catalogue of errors from the definitions of the codes. */
  async 'errors:docs'(node) {
    await buildApi(node);
    fs.writeFileSync(inProject(ERRORS_FILE), await printed(node, ERRORS_DOCS));
    return { code: 0 };
  },
  /** Builds the documentation site, which the program serves at /docs/site. */
  async 'docs:site'(node) {
    await buildSite(node);
    say(`The site is in ${SITE}/; the program serves it at /docs/site/`);
    return { code: 0 };
  },
  async build(node) {
    await build(node);
    return { code: 0 };
  },
  /** Builds the published packages, each in a folder of dist that is packed as it is. */
  async 'build:packages'(node) {
    await buildPackages(node);
    return { code: 0 };
  },
  /** Packs the published packages into dist/release, and tries each in an empty folder. */
  async release(node) {
    await buildPackages(node);
    await release(node);
    return { code: 0 };
  },
  /** Updates the API reports of the packages. */
  async 'api:report'(node) {
    await buildPackages(node);
    await installFolder('test/packages');
    const findings = [];
    for (const [name, { reports }] of Object.entries(REPORTED)) {
      findings.push(...(await writeApiReports(name, inProject(reports))));
    }
    if (findings.length > 0) throw new UserFacingError(findings.join('\n'));
    return { code: 0 };
  },
  /** Runs what every change has to pass, the named groups of it, or what a change reaches: `npm test -- --changed`. */
  async test(node, args) {
    const [changed, base = 'main'] = /^--changed(?:=(.+))?$/.exec(args[0] ?? '') ?? [];
    if (changed === undefined) return { code: await runQuick(node, args) };
    if (args.length > 1) throw new UserFacingError('expected --changed alone, got more arguments');
    return { code: await runChanged(node, base) };
  },
  /** Runs the slow tests without measurements. */
  async 'test:long'(node, groups) {
    return { code: await runLong(node, groups) };
  },
  /** Runs both, and the tests that measure. */
  async 'test:all'(node, groups) {
    return { code: await runAll(node, groups) };
  },
  /** Writes the seconds of the last runs into CONTRIBUTING.md. */
  async 'test:times'(node) {
    writeTimes();
    return run(node, [FORMATTER, TIMES_PAGE]);
  },
  async fix(node) {
    let end = await run(node, [FORMATTER]);
    for (const linter of LINTERS) {
      if (end.signal) break;
      // Findings of one linter do not stop the next one; the command ends with the first error code.
      const next = await run(node, [...linter, '--fix']);
      if (next.signal || end.code === 0) end = next;
    }
    return end;
  },
  /** Runs spec files, or tests by title: `npm run spec -- calendar-day -t leap`. */
  spec: runNamedSpecs,
  /** Kills the program repeatedly: `npm run test:crash -- --kills 200 --seed 1`. */
  async 'test:crash'(node, args) {
    const env = killsEnvironment('CRASH', args);
    await build(node);
    return runProject(node, 'crash-loop', { env });
  },
  /** The same with several nodes on one PostgreSQL: `npm run test:cluster -- --kills 50 --seed 1`. */
  async 'test:cluster'(node, args) {
    const env = killsEnvironment('CLUSTER', args);
    await build(node);
    return runProject(node, 'cluster-loop', { env });
  },
  /** Runs all benchmarks, or the named ones: `npm run bench -- polls rows`. */
  async bench(node, names) {
    await build(node);
    await installFolder('test/bench');
    const files = names.map((name) => `test/bench/${name}.bench.ts`);
    const unknown = files.filter((file) => !fs.existsSync(inProject(file)));
    if (unknown.length > 0) {
      throw new UserFacingError(
        `expected the name of a benchmark, got none at ${unknown.join(', ')}`,
      );
    }
    const measured = await runProject(node, 'bench', { files });
    process.stdout.write(`${writeReport(node)}\n`);
    const formatted = await run(node, [FORMATTER, REPORT]);
    return measured.code === 0 ? formatted : measured;
  },
  /** Measures the specs of the API by small faults that they have to find. */
  async mutants(node, args) {
    return run(node, ['test/mutants/run.mjs', ...args]);
  },
  /** Runs Lighthouse on the console. */
  async lighthouse(node) {
    await build(node);
    await installFolder('test/lighthouse');
    return runProject(node, 'lighthouse');
  },
  /** Takes screenshots of each page and state of the console, and compresses those of the docs. */
  async screenshots(node) {
    await build(node);
    await installFolder('test/pictures');
    const drawn = await runProject(node, 'pictures');
    if (drawn.code !== 0) return drawn;
    const count = await packDocsPictures();
    say(`All pictures are in ${DRAWN}/, and the ${count} that the docs show in ${SHOWN}/`);
    return drawn;
  },
};

/** Updates what is generated from the kinds of sources and targets, and says what to do next. */
async function updateGenerated(node, spec) {
  const schema = await COMMANDS['datasets:schema'](node);
  if (schema.code !== 0) return schema;
  const client = await COMMANDS['openapi:client'](node);
  if (client.code === 0) {
    say(
      `Generated ${SCHEMA_FILE}, docs/openapi.json, docs/api-objects.md and the types of both clients`,
    );
    say(`Next: npm run spec -- ${spec}, then "Where to put" in CONTRIBUTING.md`);
  }
  return client;
}

/** The output of a script. */
async function printed(node, script, args = []) {
  const env = { LC_ALL: 'C' };
  const { code, output } = await run(node, [inProject(script), ...args], { quiet: true, env });
  if (code !== 0) throw new UserFacingError(output);
  return output;
}

/** The page with updated help in each block that begins with the usage of a command. */
async function withHelp(page, helpOf) {
  const block = /^```text\nUsage: daysync((?: [a-z-]+)*)[^]*?^```$/gm;
  let written = page;
  for (const [text, command = ''] of page.matchAll(block)) {
    const help = await helpOf([...command.split(' ').filter(Boolean), '--help']);
    written = written.replace(text, () => `\`\`\`text\n${help}\`\`\``);
  }
  return written;
}

/** The environment of a long run of kills, from its options; the run has defaults. */
function killsEnvironment(prefix, args) {
  const env = {};
  for (let index = 0; index < args.length; index += 2) {
    const [option, value] = args.slice(index, index + 2);
    if (!['--kills', '--seed'].includes(option) || !/^\d{1,10}$/.test(value ?? '')) {
      throw new UserFacingError(
        `expected --kills and --seed, a whole number after each, got ${args.join(' ')}`,
      );
    }
    env[`${prefix}_${option.slice(2).toUpperCase()}`] = value;
  }
  return env;
}

async function main([name, ...args]) {
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) {
    throw new UserFacingError(
      `expected one of ${Object.keys(COMMANDS).join(', ')}, got ${name ?? 'nothing'}`,
    );
  }
  const node = await installedNode();
  const { code, signal } = await COMMANDS[name](node, args);
  if (signal) endBy(signal);
  else process.exitCode = code;
}

main(process.argv.slice(2)).catch((error) => {
  say(error instanceof UserFacingError ? error.message : error.stack);
  process.exitCode = 1;
});
