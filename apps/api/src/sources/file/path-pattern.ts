/** A part of a path between two slashes. */
type Segment =
  | { readonly kind: 'name'; readonly name: string }
  /** Has a `*`. */
  | { readonly kind: 'names'; readonly pattern: string }
  /** `**`: folders at any depth, or none. */
  | { readonly kind: 'folders' };

/** A path whose names may have `*`, and which may have `**` for folders at any depth. */
export type PathPattern = readonly Segment[];

/** Whether a path is a pattern. */
export function hasWildcard(path: string): boolean {
  return path.includes('*');
}

/** Reads a pattern; every other character stands for itself. */
export function parsePattern(path: string): PathPattern {
  const segments = path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .map((name): Segment => {
      if (name === '**') return { kind: 'folders' };
      return hasWildcard(name) ? { kind: 'names', pattern: name } : { kind: 'name', name };
    });
  // As in a shell: what is below the folders.
  return segments.at(-1)?.kind === 'folders'
    ? [...segments, { kind: 'names', pattern: '*' }]
    : segments;
}

/** Whether the names of a path, of folders and at last of a file, fit a pattern. */
export function fitsPath(
  [name, ...names]: readonly string[],
  [segment, ...rest]: PathPattern,
): boolean {
  if (segment === undefined) return name === undefined;
  if (segment.kind === 'folders' && fitsPath(name === undefined ? [] : [name, ...names], rest)) {
    return true;
  }
  if (name === undefined) return false;
  switch (segment.kind) {
    case 'name':
      return name === segment.name && fitsPath(names, rest);
    case 'names':
      return fitsName(name, segment.pattern) && fitsPath(names, rest);
    case 'folders':
      return !name.startsWith('.') && fitsPath(names, [segment, ...rest]);
  }
}

/** Whether a name fits a pattern. As in a shell, `*` fits no name that begins with a dot. */
export function fitsName(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  // Back to the latest `*` alone: with a regular expression, many of them could take for ever.
  let [at, in_] = [0, 0];
  let [star, from] = [-1, 0];
  while (at < name.length) {
    if (pattern[in_] === '*') {
      [star, from] = [in_, at];
      in_ += 1;
    } else if (in_ < pattern.length && pattern[in_] === name[at]) {
      at += 1;
      in_ += 1;
    } else if (star >= 0) {
      from += 1;
      [at, in_] = [from, star + 1];
    } else return false;
  }
  while (pattern[in_] === '*') in_ += 1;
  return in_ === pattern.length;
}
