/** The present, in milliseconds since the epoch. */
export type Now = () => number;

export const systemNow: Now = () => Date.now();
