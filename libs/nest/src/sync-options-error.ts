/** An option that can't be used. */
export interface SyncOptionError {
  /** Such as `datasets[0].target.table`. */
  readonly path: string;
  readonly expected: string;
  readonly received: string;
}

/** The options of the module can't be used: what is wrong with them, all at once. */
export class SyncOptionsError extends Error {
  override readonly name = 'SyncOptionsError';

  constructor(readonly errors: readonly SyncOptionError[]) {
    const count = errors.length === 1 ? 'one option is' : `${errors.length} options are`;
    const lines = errors.map(
      ({ path, expected, received }) => `  ${path}: expected ${expected}, got ${received}`,
    );
    super([`SyncModule can't start: ${count} wrong.`, ...lines].join('\n'));
  }
}
