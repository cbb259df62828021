// Installs what package-lock.json says, once, and finds the Node that runs the project.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { runStep } from './child.mjs';
import { withLock } from './lock.mjs';
import { inProject, say, since, UserFacingError } from './project.mjs';

const MIN_NODE = 24;
const STAMP = inProject('node_modules', '.daysync-install');

/** Installs if node_modules is not what the lock file says; gives back the path of the Node to run with. */
export async function installedNode() {
  const key = installKey();
  return readyNode(key) ?? withLock(() => readyNode(key) ?? install(key));
}

/** Installs the packages of a folder that has a package.json of its own, if they are not what its lock file says. */
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
  fs.writeFileSync(STAMP, JSON.stringify({ key, node }));
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
    throw new UserFacingError(`npm ci ended with code ${code}; what it said stands above.`);
  }
  say(`Installed packages in ${since(start)}`);
}

/** The Node of an install that is complete and up to date. */
function readyNode(key) {
  const stamp = readStamp();
  return stamp?.key === key && fs.existsSync(stamp.node) ? stamp.node : undefined;
}

/** What an install depends on: the exact versions and the machine. */
function installKey() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['package-lock.json', '.npmrc']) hash.update(fs.readFileSync(inProject(file)));
  return hash.digest('hex');
}

function readStamp() {
  return readJson(STAMP);
}

/** Whether `npm ci` was typed by hand: then it need not run again. npm writes its list when it is done. */
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

/** Whether it names this machine. npm alone decides which of two C libraries is right. */
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

/** The Node to run with: the one that npm has for this machine, wherever it was installed, or else this one. */
export async function chooseNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const binary = platform === 'win' ? 'node.exe' : 'node';
  const own = packagedNode(`node-${platform}-${process.arch}/bin/${binary}`);
  if (own !== undefined && (await canRun(own))) return own;
  if (Number(process.versions.node.split('.')[0]) >= MIN_NODE) return process.execPath;
  throw new UserFacingError(
    `Daysync needs Node ${MIN_NODE} or newer, and npm has none for ${process.platform}-${process.arch}: ` +
      `install it from https://nodejs.org and start again (this is ${process.version}).`,
  );
}

/** Where a file of a package is; undefined where there is no such package. */
function packagedNode(file) {
  try {
    return createRequire(import.meta.url).resolve(file);
  } catch {
    return undefined;
  }
}

async function canRun(program) {
  try {
    return (await runStep(program, ['--version'], { quiet: true })).code === 0;
  } catch {
    return false; // another C library than the one it was built for
  }
}

/** The npm that started us, else the one beside our Node, else the one in the path. */
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
