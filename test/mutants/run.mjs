// Measures the specs by mutants: small faults in the API that a spec has to find ("killed") or misses ("survived").
//
//   npm run mutants -- --results before.json              400 mutants, drawn by seed 1 (--count, --seed)
//   npm run mutants -- --results before.json --programs   then what survives, on the specs of the built program
//   npm run mutants -- --results after.json --only-killed-in before.json   whether those that were killed still are
//
// killed.json is such a file: those of the first 400 that were killed, and must be by every later version.
// A run can be stopped (--minutes 60 does so in time); the same command continues. --copy names the folder of the copy: it
// has all mutants, each behind a switch (sites.mjs). A first run without a mutant notes which test reaches which one
// (runner.mjs). A job is a spec file with its mutants: one of several mutants that passes clears all of them, one that
// fails is halved. A test that hangs or ends its process has killed the mutant.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { draw, FOLDERS, mutated, sitesBelow } from './sites.mjs';

const TOP = path.resolve(import.meta.dirname, '../..');
const SPECS =
  /^(apps\/api\/src|libs\/(nest|migrate-to-postgres\/src)|test\/api)\/.*(?<!long|timed)\.spec\.ts$/;
/** A test may take this, or six times what it took without a mutant. */
const LIMIT_MS = 40_000;
const HANGS_MS = 60_000;
const CHECK_MS = 5_000;
const LINE_MS = 30_000;
/** Jobs of one run of Vitest, mutants of one job, and spec files that are tried for a mutant drawn. */
const RUN_JOBS = 60;
const JOB_MUTANTS = 6;
const FILES = 12;
/** Added to the environment of the programs that specs start. */
const ENVIRONMENT = ['DAYSYNC_MUTANT', 'DAYSYNC_REACH']
  .map((name) => `...(process.env['${name}'] && { ${name}: process.env['${name}'] }),`)
  .join(' ');

const { values } = parseArgs({
  options: {
    results: { type: 'string', default: path.join(TOP, '.cache/mutants.json') },
    'only-killed-in': { type: 'string' },
    programs: { type: 'boolean', default: false },
    count: { type: 'string', default: '400' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '600' },
    copy: { type: 'string', default: path.join(os.tmpdir(), 'daysync-mutants') },
  },
});
const end = Date.now() + Number(values.minutes) * 60_000;
const inCopy = (file) => path.join(values.copy, file);
const OUTPUT = inCopy('.cache/mutants-output.jsonl');
const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
const chunks = (all, size) =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
const isOfProgram = (file) => file.startsWith('test/');
const isOfModules = (file) => !isOfProgram(file);
const isAlive = ({ killed }) => killed === undefined;

const state = fs.existsSync(values.results) ? read(values.results) : begin();
const rankings = new Map();
let phase = 'start';
let started = 0;

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const lines = setInterval(() => process.stdout.write(`${progressLine()}\n`), LINE_MS);
copyProject();
save();
await measure(specFiles().filter(isOfModules));
await kill(isOfModules);
if (values.programs && Date.now() < end) {
  execFileSync(process.execPath, ['tools/run.mjs', 'build'], { cwd: values.copy });
  await measure(specFiles());
  await kill(isOfProgram);
}
clearInterval(lines);
process.stdout.write(`${summary()}\n`);

/** The mutants, which get what has killed them or the files that they have survived; what each test reaches. */
function begin() {
  const sites = sitesBelow(TOP);
  const earlier = values['only-killed-in'];
  const before = earlier === undefined ? [] : read(earlier).mutants.filter((one) => !isAlive(one));
  const drawn = earlier === undefined ? draw(sites, Number(values.count), values.seed) : [];
  const gone = [];
  for (const { file, line, kind, original, killed } of before) {
    const same = sites
      .filter((site) => site.file === file && site.kind === kind && site.original === original)
      .sort((a, b) => Math.abs(a.line - line) - Math.abs(b.line - line))
      .find((site) => !drawn.some((one) => one.id === site.id && one.original === original));
    if (same === undefined) gone.push(`${file}:${line} ${kind} ${original.slice(0, 80)}`);
    else drawn.push({ ...same, before: killed });
  }
  const mutants = drawn.map((site, number) => ({ ...site, number, passed: [] }));
  return { gone, mutants, unusable: {}, reach: {} };
}

/** Copies the project with the mutants, unless the copy has them. */
function copyProject() {
  const ready = inCopy('.cache/mutants-ready');
  const ids = state.mutants.map(({ id }) => id).join('\n');
  if (fs.existsSync(ready) && fs.readFileSync(ready, 'utf8') === ids) return;
  fs.rmSync(values.copy, { recursive: true, force: true });
  for (const file of filesOfProject()) fs.cpSync(path.join(TOP, file), inCopy(file));
  fs.symlinkSync(path.join(TOP, 'node_modules'), inCopy('node_modules'));
  // The console and the command line are not mutated, so that they need no build.
  if (fs.existsSync(path.join(TOP, 'dist'))) {
    fs.cpSync(path.join(TOP, 'dist'), inCopy('dist'), { recursive: true });
  }
  for (const [file, sites] of Map.groupBy(state.mutants, (mutant) => mutant.file)) {
    edit(file, (text) => mutated(file, text, sites));
  }
  edit('test/daysync-process.ts', (text) =>
    text.replace(/PATH: process\.env\['PATH'\],/, (found) => `${found} ${ENVIRONMENT}`),
  );
  fs.mkdirSync(inCopy('.cache'), { recursive: true });
  fs.writeFileSync(ready, ids);
}

function edit(file, change) {
  fs.writeFileSync(inCopy(file), change(fs.readFileSync(inCopy(file), 'utf8')));
}

function filesOfProject() {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: TOP });
  const files = listed.toString().split('\n').filter(Boolean);
  return files.filter((file) => fs.existsSync(path.join(TOP, file)));
}

function specFiles() {
  return filesOfProject().filter((file) => SPECS.test(file));
}

/** Runs spec files without a mutant and notes what each test reaches. */
async function measure(files) {
  phase = 'without a mutant';
  const left = files.filter((file) => state.reach[file] === undefined);
  for (const some of chunks(left, RUN_JOBS)) {
    if (Date.now() > end) return;
    for (const { file, result } of await runJobs(some.map((one) => ({ file: one, mutants: [] })))) {
      delete state.unusable[file];
      if (result.passed) state.reach[file] = result.reach;
      // The next command tries it again.
      else state.unusable[file] = `${result.by}: ${result.message}`;
    }
    save();
  }
}

/** Tries the files that reach a mutant, the likeliest first, until it was killed or has survived all of them. */
async function kill(isTried) {
  for (let round = 1; Date.now() < end; round += 1) {
    phase = `round ${round}`;
    const wanted = state.mutants.filter(isAlive).flatMap((mutant) => {
      const left = untried(mutant, isTried);
      return left.slice(0, round > 2 ? 3 : 1).map((file) => ({ file, mutant }));
    });
    if (wanted.length === 0) return;
    const queue = [...Map.groupBy(wanted, ({ file }) => file)].flatMap(([file, some]) =>
      chunks(some, round > 2 ? JOB_MUTANTS : 1).map((few) => ({
        file,
        mutants: few.map(({ mutant }) => mutant),
      })),
    );
    while (queue.length > 0 && Date.now() < end) {
      for (const job of await runJobs(queue.splice(0, RUN_JOBS))) queue.push(...settled(job));
      save();
    }
  }
}

/** Notes the result of a job. @returns its halves, if one of several mutants was killed */
function settled({ file, mutants, result: { passed, by, message } }) {
  if (passed) for (const mutant of mutants) mutant.passed.push(file);
  else if (mutants.length === 1) mutants[0].killed ??= { file, by, message };
  else {
    const living = mutants.filter(isAlive);
    return chunks(living, Math.ceil(living.length / 2)).map((half) => ({ file, mutants: half }));
  }
  return [];
}

/** The next files for a mutant: the likeliest ones, or every one if it was killed before. */
function untried(mutant, isTried) {
  const files = ranked(mutant).filter((file) => isTried(file));
  const most = mutant.before === undefined ? FILES : Infinity;
  return files.slice(0, most).filter((file) => !mutant.passed.includes(file));
}

/** The spec files that reach a mutant: the one that had killed it, the one beside it, then the fastest. */
function ranked(mutant) {
  const measured = Object.keys(state.reach);
  const known = rankings.get(mutant);
  if (known?.of === measured.length) return known.files;
  const beside = mutant.file.replace(/\.ts$/, '.spec.ts');
  const places = measured.flatMap((file) => {
    const { isReached, ms } = testsOf(file, [mutant]);
    const first = [mutant.before?.file, beside].indexOf(file);
    const place = first === -1 ? (isOfProgram(file) ? 1e9 : 0) + ms : first - 2;
    return isReached ? [{ file, place }] : [];
  });
  const files = places.sort((a, b) => a.place - b.place).map(({ file }) => file);
  rankings.set(mutant, { of: measured.length, files });
  return files;
}

/** The tests of a file that reach some mutants: all of them where a mutant is reached outside of the tests. */
function testsOf(file, mutants) {
  const { outside, tests } = state.reach[file];
  const has = (reached) => mutants.some(({ number }) => reached.includes(number));
  const reaching = tests.filter((test) => has(test.mutants));
  const isAlways = has(outside);
  const own = isAlways || isOfProgram(file) ? tests : reaching;
  return {
    names: own.map(({ test }) => test),
    ms: own.reduce((sum, { ms }) => sum + ms, 0),
    limitMs: Math.max(LIMIT_MS, ...own.map(({ ms }) => 6 * ms)),
    isReached: isAlways || reaching.length > 0,
  };
}

/** Runs jobs, each on a copy of its file, in one Vitest, again without those that it did not survive. */
async function runJobs(wanted) {
  const all = wanted.map(({ file, mutants }) => {
    started += 1;
    const number = started;
    if (mutants.length === 0)
      return { file, mutants, copy: inCopy(file), job: { number, mutants } };
    const copy = inCopy(file.replace(/spec\.ts$/, `job${number}.spec.ts`));
    fs.copyFileSync(inCopy(file), copy);
    const { names, limitMs } = testsOf(file, mutants);
    const numbers = mutants.map((mutant) => mutant.number);
    return { file, mutants, copy, job: { number, mutants: numbers, tests: names, limitMs } };
  });
  const left = () => all.filter(({ result }) => result === undefined);
  for (let attempt = 0; left().length > 0 && attempt < RUN_JOBS; attempt += 1) {
    await runVitest(Object.fromEntries(left().map(({ copy, job }) => [copy, job])));
    const byJob = outputByJob();
    for (const one of left()) {
      if (byJob.has(one.job.number)) one.result = resultOf(byJob.get(one.job.number));
    }
  }
  for (const { copy, mutants } of all) if (mutants.length > 0) fs.rmSync(copy, { force: true });
  return all.filter(({ result }) => result !== undefined);
}

function outputByJob() {
  const output = fs.readFileSync(OUTPUT, 'utf8').split('\n').slice(0, -1);
  return Map.groupBy(
    output.map((line) => JSON.parse(line)),
    ({ job }) => job,
  );
}

function resultOf(output) {
  const last = output.find(({ event }) => event === 'end');
  if (last === undefined) return { hangs: true, passed: false, by: 'hangs or ends its process' };
  const reached = output.filter(({ event }) => event === 'reach');
  const outside = reached.filter(({ test }) => test === undefined);
  const tests = reached
    .filter(({ test }) => test !== undefined)
    .map(({ test, ms, mutants }) => ({ test, ms: Math.round(ms), mutants }));
  return {
    ...last,
    reach: { outside: [...new Set(outside.flatMap(({ mutants }) => mutants))], tests },
  };
}

/** Runs Vitest until it ends, or until nothing has happened for long. */
async function runVitest(byFile) {
  fs.writeFileSync(inCopy('.cache/mutants-jobs.json'), JSON.stringify(byFile));
  fs.writeFileSync(OUTPUT, '');
  const log = fs.openSync(inCopy('.cache/mutants-vitest.log'), 'w');
  const child = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config=test/mutants/vitest.config.mjs'],
    {
      cwd: values.copy,
      env: {
        ...process.env,
        DAYSYNC_SPECS: 'quick',
        DAYSYNC_REACH: inCopy('.cache/mutants-reach'),
      },
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  // The first signal lets it stop the database that it has started.
  const stop = () => child.kill('SIGTERM');
  process.once('exit', stop);
  const check = setInterval(() => {
    const silentMs = Date.now() - fs.statSync(OUTPUT).mtimeMs;
    const running = [...outputByJob().values()].filter((own) => resultOf(own).hangs);
    const hangsMs = Math.max(HANGS_MS, ...running.map(([{ limitMs }]) => limitMs + LINE_MS));
    if (silentMs > hangsMs) stop();
    if (silentMs > hangsMs + LINE_MS) process.kill(-child.pid, 'SIGKILL');
  }, CHECK_MS);
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(check);
  process.off('exit', stop);
  fs.closeSync(log);
}

function save() {
  fs.writeFileSync(`${values.results}.new`, JSON.stringify(state));
  fs.renameSync(`${values.results}.new`, values.results);
}

/** A mutant is open until the files that are tried for it have passed. */
function counts(mutants) {
  const living = mutants.filter(isAlive);
  const unreached = living.filter((mutant) => ranked(mutant).length === 0).length;
  const isOpen = (one) => [isOfModules, isOfProgram].some((kind) => untried(one, kind).length > 0);
  const open = living.filter(isOpen).length;
  const killed = mutants.length - living.length;
  return {
    drawn: mutants.length,
    killed,
    survived: living.length - unreached - open,
    open,
    unreached,
  };
}

function progressLine() {
  const { killed, survived, open, unreached } = counts(state.mutants);
  const time = new Date().toISOString().slice(11, 19);
  return `${time} ${phase}, ${started} jobs: ${Object.keys(state.reach).length} spec files measured, ${killed} killed, ${survived} survived, ${open} open, ${unreached} unreached`;
}

function summary() {
  const row = (name, mutants) => {
    const { drawn, killed, survived, open, unreached } = counts(mutants);
    const share = Math.round((100 * killed) / drawn);
    return `| ${name} | ${drawn} | ${killed} | ${survived} | ${open} | ${unreached} | ${share} % |`;
  };
  const folders = FOLDERS.map((name) => [name, state.mutants.filter((one) => one.folder === name)]);
  return [
    '| folder | drawn | killed | survived | open | unreached | killed of drawn |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...folders.filter(([, own]) => own.length > 0).map(([name, own]) => row(name, own)),
    row('all', state.mutants),
    ...state.mutants.filter(isAlive).map((one) => {
      const passed = `passed ${one.passed.length} of ${ranked(one).length} files`;
      const before = one.before ? `, before killed by ${one.before.file}: ${one.before.by}` : '';
      return `alive: ${one.id} ${one.original.slice(0, 80)} (${passed}${before})`;
    }),
    ...state.gone.map((id) => `gone: ${id}`),
    ...Object.entries(state.unusable).map(([file, why]) => `not used: ${file}: ${why}`),
  ].join('\n');
}
