// One line of an incident file. Its commands find a text by the line before it, so that no text that is not ours may hold a line of its own, or what a terminal obeys. Pure.

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is meant
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Each control character and each character that ends a line, as its `\uXXXX`. */
export const oneLine = (text: string): string => text.replace(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const isOneLine = (text: string): boolean => oneLine(text) === text;

export const base64Of = (text: string): string => Buffer.from(text).toString('base64');
