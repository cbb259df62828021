// Installs the packages of package-lock.json once, and finds the Node that runs the project.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { runStep } from './child.mjs';
import { withLock } from './lock.mjs';
import { inProject, say, since, UserFacingError } from './project.mjs';

const MIN_NODE = 24;
const STAMP = inProject('node_modules', '.daysync-install');

/** Installs if node_modules does not match the lock file. @returns the path of the project's Node */
export async function installedNode() {
  const key = installKey();
  return readyNode(key) ?? withLock(() => readyNode(key) ?? install(key));
}

/** Installs the packages of a folder with its own package.json, if they do not match its lock file. */
export async function installFolder(folder) {
  const stamp = inProject(folder, 'node_modules', '.daysync-install');
  const key = fs.readFileSync(inProject(folder, 'package-lock.json'), 'utf8');
  const isReady = () => fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === key;
  if (isReady()) return;
  await withLock(async () => {
    if (isReady()) return;
    await npmCi(`--prefix=${folder}`);
    fs.writeFileSync(stamp, key);
  });
}

async function install(key) {
  if (readStamp()?.key !== key && !isInstalledByHand()) {
    fs.rmSync(STAMP, { force: true });
    await npmCi('--include=dev', '--include=optional');
  }
  const node = await chooseNode();
  // No path: a copy of the folder has to run with its own Node.
  fs.writeFileSync(STAMP, JSON.stringify({ key, packaged: node === packagedNode() }));
  return node;
}

async function npmCi(...options) {
  const start = performance.now();
  say('Installing packages (npm ci)…');
  const [program, args, shell] = npmCommand();
  const { code, output } = await runStep(program, [...args, 'ci', ...options], {
    quiet: true,
    shell,
  });
  if (code !== 0) {
    say(output);
    throw new UserFacingError(`npm ci ended with code ${code}; its output is above.`);
  }
  say(`Installed packages in ${since(start)}`);
}

/** The Node of an install that is complete and up to date. */
function readyNode(key) {
  const stamp = readStamp();
  if (stamp?.key !== key) return undefined;
  if (stamp.packaged === true) return packagedNode();
  return stamp.packaged === false && isNewEnough() ? process.execPath : undefined;
}

/** A key of an install: the exact versions and the machine. */
function installKey() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['package-lock.json', '.npmrc']) hash.update(fs.readFileSync(inProject(file)));
  return hash.digest('hex');
}

function readStamp() {
  return readJson(STAMP);
}

/** Whether `npm ci` was already run by hand. npm writes its list at the end. */
function isInstalledByHand() {
  const wanted = readJson(inProject('package-lock.json'))?.packages ?? {};
  const there = readJson(inProject('node_modules', '.package-lock.json'))?.packages;
  if (there === undefined) return false;
  const isAsWanted = ([name, { version, integrity, ...wants }]) =>
    name in there
      ? there[name].version === version && there[name].integrity === integrity
      : wants.optional === true && !isMadeForThisMachine(wants);
  return (
    Object.keys(there).every((name) => name in wanted) &&
    Object.entries(wanted).every((entry) => entry[0] === '' || isAsWanted(entry))
  );
}

/** Whether a package is for this machine. Only npm chooses between C libraries. */
function isMadeForThisMachine({ os = [], cpu = [], libc }) {
  const names = (list, own) => [list].flat().includes(own);
  return libc === undefined && names(os, process.platform) && names(cpu, process.arch);
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The Node from npm for this machine, wherever npm has installed it, or else this one. */
export async function chooseNode() {
  const own = packagedNode();
  if (own !== undefined && (await canRun(own))) return own;
  if (isNewEnough()) return process.execPath;
  throw new UserFacingError(
    `Daysync needs Node ${MIN_NODE} or newer, and npm has none for ${process.platform}-${process.arch}: ` +
      `install it from https://nodejs.org and start again (this is ${process.version}).`,
  );
}

function isNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= MIN_NODE;
}

/** The path of the Node from npm for this machine; undefined without its package. */
function packagedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const binary = platform === 'win' ? 'node.exe' : 'node';
  try {
    return createRequire(import.meta.url).resolve(`node-${platform}-${process.arch}/bin/${binary}`);
  } catch {
    return undefined;
  }
}

async function canRun(program) {
  try {
    return (await runStep(program, ['--version'], { quiet: true })).code === 0;
  } catch {
    return false; // built for another C library
  }
}

/** The npm that started this process, else the one beside this Node, else the one in PATH. */
function npmCommand() {
  const nodeFolder = path.dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath ?? '',
    path.join(nodeFolder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(nodeFolder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const cli = candidates.find(
    (file) => path.basename(file) === 'npm-cli.js' && fs.existsSync(file),
  );
  return cli === undefined
    ? ['npm', [], process.platform === 'win32']
    : [process.execPath, [cli], false];
}

/**
 * Runs npm in a folder outside of this repository's settings.
 * @returns its output
 * @throws {UserFacingError} with its output, if it fails
 */
export async function npm(folder, ...args) {
  const [program, first, shell] = npmCommand();
  // The settings of this run of npm are for this repository.
  const env = Object.fromEntries(
    Object.keys(process.env)
      .filter(
        (name) => /^npm_(config|package|lifecycle)_/i.test(name) && name !== 'npm_config_registry',
      )
      .map((name) => [name, undefined]),
  );
  const all = [...first, ...args];
  const { code, output } = await runStep(program, all, { quiet: true, shell, env, cwd: folder });
  if (code !== 0) throw new UserFacingError(`npm ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}
