// The projects of vitest.config.mjs, for the spec files of the jobs alone. It runs in the mutated copy.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import config from '../../vitest.config.mjs';

const TOP = path.resolve(import.meta.dirname, '../..');
const NAMES = ['unit', 'test-api'];
const jobs = Object.keys(
  JSON.parse(readFileSync(path.join(TOP, '.cache/mutants-jobs.json'), 'utf8')),
);

export default {
  root: TOP,
  test: {
    maxWorkers: 2,
    projects: config.test.projects
      .filter(({ test }) => NAMES.includes(test.name))
      .map((project) => ({ ...project, test: withJobs(project.test) }))
      .filter(({ test }) => test.include.length > 0),
  },
};

function withJobs(options) {
  const isOfProgram = options.name === 'test-api';
  const include = jobs
    .map((file) => path.relative(TOP, file))
    .filter((file) => file.startsWith('test/api/') === isOfProgram);
  const runner = path.join(import.meta.dirname, 'runner.mjs');
  return { ...options, include, exclude: [], runner, sequence: { setupFiles: 'list' } };
}
