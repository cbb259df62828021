export declare function reachHashes(
  folder: string,
  files: readonly string[],
  buildInfos: readonly string[],
): ReadonlyMap<string, string>;
