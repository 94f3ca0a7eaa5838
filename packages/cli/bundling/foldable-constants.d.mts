/** The text of a script or module with `const` in place of `var` where that is safe; nothing else is changed. */
export function withFoldableConstants(text: string): string;
