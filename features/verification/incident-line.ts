// One line of an incident file. Its commands find a text by the line before it, so that no text that is not ours may hold a line of its own, what a terminal obeys, or what shows a reader
// another text than the bytes say. Pure.

/** Control characters, those that end a line, and those that show nothing of themselves: the ones that turn or mark a direction (U+202E, U+2066, U+061C), join, part or fill. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Each of them as its `\uXXXX`; two of these, as JSON has them, where it lies above U+FFFF. */
export const oneLine = (text: string): string =>
  text.replace(UNSEEN, (char) => Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''));

export const isOneLine = (text: string): boolean => oneLine(text) === text;

export const base64Of = (text: string): string => Buffer.from(text).toString('base64');
