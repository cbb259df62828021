import { constants } from 'node:fs';
import { access } from 'node:fs/promises';

/** Whether the place of a source can be reached, without a request for rows; for `daysync doctor`. */
export interface SourceProbe<Config> {
  /**
   * Connects to it, or looks for its file.
   * @returns what was found, without its full stop
   * @throws what kept it away
   */
  reach(config: Config): Promise<string>;
  /** What to do if it can't be reached, without its full stop. */
  readonly fix: string;
}

export const FIX_FILE =
  'put the file there, give this user the right to read it, or correct the path in the datasets file';

/** @throws errors of the file system */
export async function reachFile(path: string, writtenPath: string): Promise<string> {
  await access(path, constants.R_OK);
  return `${writtenPath} can be read`;
}
