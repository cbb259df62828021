import type { ShapeClass } from './json-schema.js';
import type { Path, YamlDocument } from './yaml-document.js';

/** What a kind of source needs to read its mapping in the datasets file. */
export interface ShapeReader {
  readonly document: YamlDocument;
  /** Where relative paths in the file start; absolute. */
  readonly folder: string;
  /** Providers that stand in code, by what is written in their place; absent for a file, which has none. */
  readonly providers?: ReadonlyMap<unknown, unknown> | undefined;
  /** Checks one mapping: that it is one, that its keys are known, and what its values are. */
  shape<Shape extends object>(
    Shape: ShapeClass<Shape>,
    value: unknown,
    path: Path,
  ): Shape | undefined;
  /** Tells of an error. */
  tell(path: Path, expected: string, received: unknown): void;
  /** Tells of one by a description of what came, which may be more than people should see. */
  tellReceived(path: Path, expected: string, received: string): void;
  /** What the file writes there, where it takes something from the environment. */
  writtenAt(path: Path): string | undefined;
}
