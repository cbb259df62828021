/** The move can't go on, and this says why and what to do. What was copied stays for the next time. */
export class MoveRefusedError extends Error {
  override readonly name = 'MoveRefusedError';
}
