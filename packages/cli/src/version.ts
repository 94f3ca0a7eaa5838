/** The version of the package, put in by the bundler. */

declare const INFERSIM_VERSION: string;

/** Version as published, e.g. `0.1.0`. */
export const VERSION: string = INFERSIM_VERSION;
