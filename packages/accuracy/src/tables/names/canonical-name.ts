/** Names as written by people, made comparable: lower case, one kind of hyphen, no vendor ornaments. */

/** Lower case with plain hyphens and single spaces; typographic hyphens and no-break spaces become plain ones. */
export function plainName(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

/** Letters, digits and points only. */
export function squeezedName(text: string): string {
  return plainName(text).replace(/[^a-z0-9.]/g, '');
}
