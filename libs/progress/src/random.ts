// The linter allows chance in this file alone.
/** From 0 to less than 1. */
export const defaultRandom: () => number = Math.random;
