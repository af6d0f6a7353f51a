/** Text as files hold it, made the same whatever they were made with; its lines stay as they are. */

/** Controls but tab and newline, soft hyphens, marks of direction, surrogates without a partner, private use. */
const INVISIBLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu;

/** Composed (ligatures taken apart), without invisible characters, blanks at line ends and piles of empty lines. */
export function tidyText(given: string, maxCharacters: number): string {
  return given
    .slice(0, maxCharacters)
    .normalize('NFKC')
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(INVISIBLE, '')
    .split('\n')
    .map((line) =>
      line
        .replace(/[^\S\t]+/g, ' ')
        .replace(/ ?\t[\t ]*/g, '\t')
        .trim(),
    )
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
