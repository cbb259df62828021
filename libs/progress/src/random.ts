/** A number from 0 up to, not including, 1, from wherever nobody says otherwise. */
export const defaultRandom: () => number = Math.random;
