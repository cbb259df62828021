/** From 0 up to, not including, 1. */
export const random = (): number => Math.random();
