/** The text of a script or module whose fields are declared by being set where the constructor always does, and have no private names. */
export function withPlainFields(text: string): string;
