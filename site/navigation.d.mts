/** A page of the site. */
export interface SitePage {
  /** Its file, relative to the project. */
  readonly file: string;
  /** Its path in the site, without `.html`. */
  readonly at: string;
  /** Its title in the navigation. */
  readonly text: string;
}

/** The path at which the program serves the site, with a slash at its end. */
export const BASE: string;
/** All pages of the site. */
export const PAGES: readonly SitePage[];
/** Files that the site has a copy of, relative to the project. */
export const FILES: readonly string[];
