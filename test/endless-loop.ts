/** The code of an endless loop, for a provider. It leaves the processor to others. */
export const ENDLESS_LOOP =
  'for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);';
