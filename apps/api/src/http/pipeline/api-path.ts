/** Where the API lives, as the note has it. */
export const API_PATH = 'api/v1/sync-status';
