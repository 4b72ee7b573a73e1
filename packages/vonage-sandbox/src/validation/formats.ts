/** Formats that the schemas name. */
export const url = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);
