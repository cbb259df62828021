/** The path of the API. */
export const API_PATH = 'api/v1/sync-status';

/** A path that the program answers itself, with all paths below it. Every other path is a page of the console. */
interface ProgramPath {
  readonly path: string;
  /** Whether reads need no token. */
  readonly isPublic: boolean;
}

export const PROGRAM_PATHS: readonly ProgramPath[] = [
  { path: '/api', isPublic: false },
  { path: '/metrics', isPublic: false },
  { path: '/health', isPublic: true },
  { path: '/docs', isPublic: true },
  { path: '/openapi.json', isPublic: true },
];
