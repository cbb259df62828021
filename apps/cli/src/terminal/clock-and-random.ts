// The linter allows the system's clock and chance in this file alone.
export const systemNow = (): number => Date.now();
export const random = (): number => Math.random();
