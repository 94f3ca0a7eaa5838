/** Entries of the catalog that are built one by one: nothing is built before somebody looks it up. */

/** How to build each entry, by its id. */
export type Builders<T> = { readonly [id: string]: () => T };
