// Vitest's runner, which runs a spec file with the mutants of its job, on modules of its own, up to the first failure.
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { TestRunner, vi } from 'vitest';

const CACHE = path.resolve(import.meta.dirname, '../../.cache');
const JOBS = JSON.parse(readFileSync(path.join(CACHE, 'mutants-jobs.json'), 'utf8'));
const REACH = path.join(CACHE, `mutants-reach-${process.pid}`);
process.env['DAYSYNC_REACH'] = REACH;

let job;
let errors = [];
process.on('unhandledRejection', (error) => errors.push(String(error)));
process.on('uncaughtException', (error) => errors.push(String(error)));

export default class MutantRunner extends TestRunner {
  onBeforeCollect([file]) {
    job = JOBS[file];
    errors = [];
    process.env['DAYSYNC_MUTANT'] = job.mutants.join(',');
    globalThis.__mutants = new Set(job.mutants);
    takeReached();
    write('start', { limitMs: job.limitMs ?? this.config.testTimeout });
    vi.resetModules();
  }

  onCollected(files) {
    if (job.tests !== undefined) files.forEach(select);
  }

  async onBeforeRunSuite(suite) {
    if (suite !== suite.file && failureIn(suite.file)) suite.mode = 'skip';
    await super.onBeforeRunSuite(suite);
  }

  async onBeforeRunTask(test) {
    if (failureIn(test.file)) test.mode = 'skip';
    if (test.mode !== 'skip') write('reach', { mutants: takeReached() });
    await super.onBeforeRunTask(test);
  }

  onAfterRunTask(test) {
    super.onAfterRunTask(test);
    const ms = test.result?.duration ?? 0;
    if (test.mode !== 'skip') write('reach', { test: nameOf(test), ms, mutants: takeReached() });
  }

  async onAfterRunFiles(files) {
    super.onAfterRunFiles(files);
    await new Promise((resolve) => process.nextTick(resolve));
    write('reach', { mutants: takeReached() });
    const failed = failureIn(files[0]);
    const error = failed?.result?.errors?.[0]?.message ?? errors[0];
    const by = failed ? nameOf(failed) : 'unhandled error';
    const isPassed = failed === undefined && errors.length === 0;
    write(
      'end',
      isPassed ? { passed: true } : { passed: false, by, message: `${error}`.slice(0, 160) },
    );
  }
}

function write(event, more = {}) {
  const line = JSON.stringify({ job: job.number, event, ...more });
  appendFileSync(path.join(CACHE, 'mutants-output.jsonl'), `${line}\n`);
}

/** Skips the tests that reach no mutant of the job. */
function select(task) {
  if (task.type !== 'suite') {
    task.timeout = job.limitMs;
    if (!job.tests.includes(nameOf(task))) task.mode = 'skip';
    return;
  }
  task.tasks.forEach(select);
  if (task.tasks.length > 0 && task.tasks.every(({ mode }) => mode === 'skip')) task.mode = 'skip';
}

function nameOf({ suite, name }) {
  return suite ? `${nameOf(suite)} > ${name}` : name;
}

/** The first test that has failed, or the suite or file that failed without one. */
function failureIn(task) {
  for (const child of task.tasks ?? []) {
    const failed = failureIn(child);
    if (failed !== undefined) return failed;
  }
  return task.result?.state === 'fail' ? task : undefined;
}

/** What this process and the programs that it started have reached since the last call. */
function takeReached() {
  const reached = [...(globalThis.__reached ?? [])];
  globalThis.__reached = new Set();
  if (existsSync(REACH)) {
    reached.push(...readFileSync(REACH, 'utf8').split('\n').filter(Boolean).map(Number));
    rmSync(REACH);
  }
  return reached;
}
