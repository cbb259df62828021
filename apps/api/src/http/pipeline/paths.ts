/** Where the API lives, as the note has it. */
export const API_PATH = 'api/v1/sync-status';

/** A path that the program itself answers, with all below it. Every other path is a page of the console. */
interface ProgramPath {
  readonly path: string;
  /** Whether anybody may read there. */
  readonly isPublic: boolean;
}

export const PROGRAM_PATHS: readonly ProgramPath[] = [
  { path: '/api', isPublic: false },
  { path: '/metrics', isPublic: false },
  { path: '/health', isPublic: true },
  { path: '/docs', isPublic: true },
  { path: '/openapi.json', isPublic: true },
];
