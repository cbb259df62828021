// `npm run release`: packs the published packages, tries each in an empty folder, and lists their checksums and parts.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runStep } from './child.mjs';
import { npm } from './install.mjs';
import { PACKAGES } from './packages.mjs';
import { inProject, RELEASE, say, since, UserFacingError } from './project.mjs';
import { packageBom, repositoryBom } from './sbom.mjs';

/** Packs every built package into the folder of the release, with the checksums. */
export async function packPackages() {
  const folder = inProject(RELEASE);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const { folder: built } of PACKAGES) {
    await npm(inProject(built), 'pack', '--silent', '--pack-destination', folder);
  }
  writeChecksums(folder);
}

/** Packs, tries each package in an empty folder, and writes what it consists of. */
export async function release(node) {
  await packPackages();
  const folder = inProject(RELEASE);
  for (const one of PACKAGES) {
    const tarball = path.join(folder, tarballOf(one));
    const trial = fs.mkdtempSync(path.join(os.tmpdir(), 'daysync-release-'));
    try {
      const start = performance.now();
      fs.writeFileSync(
        path.join(trial, 'package.json'),
        '{ "name": "trial", "version": "0.0.0", "private": true }\n',
      );
      await npm(trial, 'install', '--ignore-scripts', tarball);
      const installed = since(start);
      await one.attempt((script) => attempt(node, trial, script));
      const megabytes = (sizeOf(trial) / 1e6).toFixed(1);
      say(`${path.basename(tarball)}: ${megabytes} MB installed in ${installed}, and it runs`);
      const bom = path.join(folder, `${path.basename(tarball, '.tgz')}.cdx.json`);
      fs.writeFileSync(bom, await packageBom(one.folder));
    } finally {
      fs.rmSync(trial, { recursive: true, force: true });
    }
  }
  fs.writeFileSync(path.join(folder, 'repository.cdx.json'), await repositoryBom());
  writeChecksums(folder);
  say(`The release is in ${RELEASE}/`);
}

/** The name that `npm pack` gives. */
function tarballOf({ folder }) {
  const { name, version } = JSON.parse(fs.readFileSync(inProject(folder, 'package.json'), 'utf8'));
  return `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`;
}

async function attempt(node, folder, args) {
  const { code, output } = await runStep(node, args, { quiet: true, cwd: folder });
  if (code !== 0) {
    throw new UserFacingError(
      `expected this to run beside the package: ${args.join(' ')}\n${output}`,
    );
  }
  return output;
}

/** For `sha256sum --check SHA256SUMS`. */
function writeChecksums(folder) {
  const lines = fs
    .readdirSync(folder)
    .filter((name) => name !== 'SHA256SUMS')
    .sort()
    .map((name) => {
      const content = fs.readFileSync(path.join(folder, name));
      return `${createHash('sha256').update(content).digest('hex')}  ${name}\n`;
    });
  fs.writeFileSync(path.join(folder, 'SHA256SUMS'), lines.join(''));
}

function sizeOf(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
