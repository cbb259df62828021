import type { IndexedContent } from './day-index.js';

/** A content in memory, given in chunks of `size` bytes. */
export function contentOf(content: string | Uint8Array, size = 65_536): IndexedContent {
  const bytes = Buffer.from(content);
  return {
    async *chunks() {
      for (let start = 0; start < bytes.length; start += size) {
        yield Promise.resolve(bytes.subarray(start, start + size));
      }
    },
    readAt: (buffer, position) => Promise.resolve(bytes.copy(buffer, 0, position)),
  };
}
