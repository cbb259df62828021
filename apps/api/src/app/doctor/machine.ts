// The folders of an installation, the disk below them, and the memory of the process.
import { accessSync, constants, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { constrainedMemory } from 'node:process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getHeapStatistics } from 'node:v8';
import type { AppConfig } from '../../config/environment.js';
import { freeBytesOf, inMegabytes, LEAST_FREE_BYTES } from '../../config/disk.js';
import { DATABASE_FILE } from '../stored-data.js';
import { ok, problem, reasonOf, warning, type Finding } from './finding.js';

const MEBIBYTE = 1_048_576;
/** A day of a million rows needs more. The limit of the heap includes its young generation. */
const LEAST_MEMORY_BYTES = 512 * MEBIBYTE;
/** With less, a large day may have to wait. */
const LITTLE_FREE_BYTES = 1_024 * MEBIBYTE;
/** SQLite's locks and shared memory are not reliable there. By statfs(2). */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x51_7b, 'SMB'],
  [0xff_53_4d_42, 'CIFS'],
  [0xfe_53_4d_42, 'SMB2'],
  [0x01_02_19_97, '9p'],
  [0x65_73_55_46, 'FUSE'],
]);

type Folders = Pick<AppConfig, 'dataDir' | 'logFile' | 'databaseUrl'>;

/** How much memory Node and the machine allow. */
export function checkMemory(
  heap = getHeapStatistics().heap_size_limit,
  memory = constrainedMemory(),
): Finding[] {
  if (heap < LEAST_MEMORY_BYTES) {
    return [
      warning(
        'node',
        `Node may use ${inMegabytes(heap)} of memory, and a large day needs more`,
        'remove --max-old-space-size from NODE_OPTIONS, or set it to 512 or more',
      ),
    ];
  }
  // Without a limit it is 0, or more than any machine has.
  if (memory === 0 || memory >= LEAST_MEMORY_BYTES) return [];
  return [
    warning(
      'node',
      `the container or service may use ${inMegabytes(memory)} of memory, and a large day needs more`,
      'give it 512 MB or more',
    ),
  ];
}

/** Whether Daysync may write where it has to: by a file that is made and deleted. */
export function checkFolders({ dataDir, logFile, databaseUrl }: Folders): Finding[] {
  const data = databaseUrl === null ? [checkFolder(dataDir, 'data folder', 'DATA_DIR')] : [];
  const log = checkFolder(path.dirname(logFile), 'folder of the log', 'LOG_FILE');
  const temporary = checkTemporaryFolder(tmpdir());
  const own = ['', '-wal', '-shm']
    .map((suffix) => path.join(dataDir, DATABASE_FILE + suffix))
    .filter((file) => databaseUrl === null && existsSync(file));
  const files = [...own, ...(existsSync(logFile) ? [logFile] : [])];
  return [...data, log, temporary, ...files.flatMap(checkFile)];
}

/** No start creates it. */
function checkTemporaryFolder(folder: string): Finding {
  if (existsSync(folder)) return checkFolder(folder, 'temporary folder', 'TMPDIR');
  return problem(
    'folders',
    `the temporary folder ${folder} does not exist`,
    'create it, or set TMPDIR to a folder that exists',
  );
}

function checkFolder(folder: string, what: string, variable: string): Finding {
  const existing = nearestExisting(folder);
  try {
    if (!statSync(existing).isDirectory()) throw new Error(`${existing} is a file`);
    rmSync(mkdtempSync(path.join(existing, '.daysync-doctor-')), { recursive: true });
  } catch (error) {
    return problem(
      'folders',
      `the ${what} ${folder} can't be written (${reasonOf(error)})`,
      `give this user the right to write there, or set ${variable} to a place that it can write`,
    );
  }
  const state = existing === folder ? 'can be written' : 'is created at the first start';
  return ok('folders', `the ${what} ${folder} ${state}`);
}

function nearestExisting(folder: string): string {
  let existing = folder;
  while (!existsSync(existing) && path.dirname(existing) !== existing) {
    existing = path.dirname(existing);
  }
  return existing;
}

/** Another user, such as root, may have made it. */
function checkFile(file: string): Finding[] {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return [];
  } catch (error) {
    const { uid } = statSync(file);
    return [
      problem(
        'folders',
        `the file ${file} of the user ${uid} can't be written (${reasonOf(error)})`,
        `give it to the user that runs Daysync: chown "$(id -un)" ${file}`,
      ),
    ];
  }
}

/** How much room there is, and whether the disk is one that SQLite can use. */
export async function checkDisk({ dataDir, logFile, databaseUrl }: Folders): Promise<Finding[]> {
  const data = nearestExisting(dataDir);
  const folders = [
    ...(databaseUrl === null ? [data] : []),
    nearestExisting(path.dirname(logFile)),
    nearestExisting(tmpdir()),
  ];
  const findings: Finding[] = [];
  const seen = new Set<number>();
  for (const folder of folders) {
    const { dev } = statSync(folder);
    if (seen.has(dev)) continue;
    seen.add(dev);
    findings.push(roomOf(folder, await freeBytesOf(folder)));
  }
  if (databaseUrl !== null) return findings;
  const { type } = await statfs(data);
  const network = NETWORK_FILE_SYSTEMS.get(type);
  if (network === undefined) return findings;
  return [
    ...findings,
    warning(
      'disk',
      `${data} is on a file system of the kind ${network}, where the locks of SQLite are not reliable`,
      'set DATA_DIR to a folder on a disk of this machine, or use PostgreSQL with DATABASE_URL',
    ),
  ];
}

function roomOf(folder: string, free: number): Finding {
  const fix = `free some space, enlarge the disk, or move ${folder} to a larger one`;
  if (free < LEAST_FREE_BYTES) {
    const least = inMegabytes(LEAST_FREE_BYTES);
    const text = `expected at least ${least} free below ${folder}, got ${inMegabytes(free)}`;
    return problem('disk', text, fix);
  }
  const text = `${inMegabytes(free)} free below ${folder}`;
  return free < LITTLE_FREE_BYTES ? warning('disk', text, fix) : ok('disk', text);
}
