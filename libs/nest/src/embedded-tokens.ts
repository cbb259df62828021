/** The token of the `SyncOptions`, as the app gives them. */
export const SYNC_OPTIONS = Symbol('SYNC_OPTIONS');
/** The token of the `ReadOptions`. */
export const READ_OPTIONS = Symbol('READ_OPTIONS');
/** The token of what is `Opened`. */
export const OPENED = Symbol('OPENED');
/** The token of the catalog with its metrics. */
export const CATALOG = Symbol('CATALOG');
