/** Where all pictures are drawn, from the project's top. */
export const DRAWN: string;
