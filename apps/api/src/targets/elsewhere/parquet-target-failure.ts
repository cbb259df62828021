import { ParquetError } from '../../parquet/parquet-error.js';
import { TargetUnavailableError, type TargetWait } from '../day-target.js';
import { TargetRefusedError } from '../target-rows.js';

/** What errors of the disk say about the target. */
const WAITS: Readonly<Record<string, TargetWait>> = {
  ENOSPC: 'TARGET_FULL',
  EDQUOT: 'TARGET_FULL',
  EROFS: 'TARGET_READ_ONLY',
  EACCES: 'TARGET_READ_ONLY',
  EPERM: 'TARGET_READ_ONLY',
  // Where the folder itself is missing, its days are: what is here is its parent, such as a mount.
  ENOENT: 'TARGET_UNREACHABLE',
  EIO: 'TARGET_UNREACHABLE',
  ESTALE: 'TARGET_UNREACHABLE',
  ENXIO: 'TARGET_UNREACHABLE',
  ENODEV: 'TARGET_UNREACHABLE',
  ENOTCONN: 'TARGET_UNREACHABLE',
  EHOSTDOWN: 'TARGET_UNREACHABLE',
  EHOSTUNREACH: 'TARGET_UNREACHABLE',
  ETIMEDOUT: 'TARGET_UNREACHABLE',
  EREMOTEIO: 'TARGET_UNREACHABLE',
  EAGAIN: 'TARGET_UNREACHABLE',
  EBUSY: 'TARGET_UNREACHABLE',
  EMFILE: 'TARGET_UNREACHABLE',
  ENFILE: 'TARGET_UNREACHABLE',
};

const EXPECTED: Readonly<Partial<Record<TargetWait, string>>> = {
  TARGET_FULL: 'to have room on its disk',
  TARGET_READ_ONLY: 'to be readable and writable by the user of this process',
  TARGET_UNREACHABLE: 'to be reachable',
};

/**
 * The error of a target for an error of the disk, or of a file in it.
 * @param place the path that it is about, as the datasets file writes it
 * @returns any other error as it is
 */
export function fileFailure(error: unknown, place: string): unknown {
  if (error instanceof ParquetError) {
    return new TargetRefusedError(place, error.why, error, 'be a Parquet file that can be read');
  }
  const code = codeOf(error);
  if (code === null) return error;
  const wait = WAITS[code];
  if (wait === undefined) {
    return new TargetRefusedError(place, code, error, 'be a folder of Parquet files');
  }
  const expected = EXPECTED[wait] ?? 'to be reachable';
  const options = { cause: error };
  return new TargetUnavailableError(wait, `expected ${place} ${expected}, got ${code}`, options);
}

/** The code of an error of the disk; null for any other error. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** What `work` results in, `otherwise` if a file or folder is missing. */
export async function unlessMissing<Result, Other>(
  work: () => Promise<Result>,
  otherwise: Other,
): Promise<Result | Other> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return otherwise;
    throw error;
  }
}
