/** Uses the storage of a browser; `null` where the browser blocks it, which throws even at a read. */
export function unlessRefused<T>(access: () => T): T | null {
  try {
    return access();
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
