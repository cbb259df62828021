import { readFileSync } from 'node:fs';
import { lineEndOf, textOf, type Tree } from './app-tree.js';

/** What is read of a `package.json`. */
interface PackageManifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const FILE = '/package.json';
/** Optional for apps without controllers; the schematic adds controllers. */
export const PLATFORM = '@nestjs/platform-express';
const OTHER_PLATFORM = '@nestjs/platform-fastify';

/** The packages of an app, in its `package.json`. */
export class AppPackages {
  private readonly text: string;
  private readonly manifest: PackageManifest;

  /** @throws {Error} if there is no `package.json` */
  constructor(private readonly tree: Tree) {
    const text = textOf(tree, FILE);
    if (text === undefined) {
      throw new Error('expected a package.json, got none; run this in the folder of the app');
    }
    // Editors of Windows may put a byte order mark before it. npm reads over it and writes none.
    this.text = text.replace(/^\uFEFF/, '');
    this.manifest = JSON.parse(this.text) as PackageManifest;
  }

  /** @returns the platform that the app has instead of the one that the controllers need */
  get otherPlatform(): string | undefined {
    const { dependencies = {} } = this.manifest;
    const isOther = OTHER_PLATFORM in dependencies && !(PLATFORM in dependencies);
    return isOther ? OTHER_PLATFORM : undefined;
  }

  /** @returns whether there were any */
  addMissingOf({ peerDependencies = {}, peerDependenciesMeta = {} }: PackageManifest): boolean {
    const { dependencies, devDependencies } = this.manifest;
    const present = { ...dependencies, ...devDependencies };
    const missing = Object.entries(peerDependencies).filter(
      ([name]) =>
        !(name in present) && (name === PLATFORM || peerDependenciesMeta[name]?.optional !== true),
    );
    if (missing.length === 0) return false;
    const all = Object.entries({ ...dependencies, ...Object.fromEntries(missing) });
    const sorted = all.sort(([one], [other]) => (one < other ? -1 : 1));
    this.write({ ...this.manifest, dependencies: Object.fromEntries(sorted) });
    return true;
  }

  /** With the indentation and the line ends that it has, as npm does. */
  private write(manifest: PackageManifest): void {
    const [indentation = '  '] = /^[\t ]+(?=")/m.exec(this.text) ?? [];
    const json = `${JSON.stringify(manifest, null, indentation)}\n`;
    this.tree.overwrite(FILE, json.replaceAll('\n', lineEndOf(this.text)));
  }
}

/** The `package.json` of this package. */
export function ownManifest(): PackageManifest {
  const file = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as PackageManifest;
}
