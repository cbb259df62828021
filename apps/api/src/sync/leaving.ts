const LEAVING = '/leaving';

/**
 * The names that the days in flight of a process have for it: its own, and the one by which they call it once it is
 * about to end. Then its end is no crash of theirs, however it comes.
 */
export function namesOf(node: string): readonly [own: string, leaving: string] {
  const own = isLeaving(node) ? node.slice(0, -LEAVING.length) : node;
  return [own, own + LEAVING];
}

/** Whether a process was about to end, by the name that a day has for it. */
export function isLeaving(node: string | null): boolean {
  return node?.endsWith(LEAVING) ?? false;
}
