/**
 * What stood in a message must not steer the terminal that shows it, nor reverse the text around it: control and format
 * characters but line ends and tabs come out as `\uXXXX`, which JSON understands too.
 */
export const printable = (text: string): string =>
  text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, char =>
    char
      .split('')
      .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
