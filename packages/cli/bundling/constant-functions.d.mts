/** The text of a script or module with `const f = function` in place of `function f` where that is safe; nothing else is changed. */
export function withConstantFunctions(text: string): string;
