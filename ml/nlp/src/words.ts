/**
 * Words of a text, and what is counted among them. English, as the recognisers are; counts are simple on purpose,
 * so that a person can count along.
 */

/** Words that carry no content of their own: they neither raise nor lower relevance. */
const FUNCTION_WORDS = new Set(
  (
    'a about after again all also am an and any are as at be because been before being but by can could did do does ' +
    'doing done for from get give given had has have having he her here him his how i if in into is it its just kind ' +
    'let like me more most my no not of on one or other our out over please she should so some such tell than that ' +
    'the their them then there these they this those through to too um uh up us very was we were what when where ' +
    'which while who why will with would you your yours explain describe talk walk say said know think'
  ).split(' '),
);

const NUMBER_WORDS = new Set(
  (
    'zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
    'eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion percent'
  ).split(' '),
);

const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’.+#-]*/gu;

/** The words as they stand, without what follows them. */
export function wordsOf(text: string): string[] {
  return (text.match(WORD) ?? []).map((word) => word.replace(/['’.-]+$/u, ''));
}

/** Content words of a text in their ground form, each once. */
export function contentWords(text: string): Set<string> {
  const words = wordsOf(text).map((word) => word.toLowerCase().replaceAll('’', "'"));
  return new Set(words.filter((word) => !FUNCTION_WORDS.has(word) && !word.includes("'")).map(stem));
}

/** Cuts the commonest English endings, so that "deployed" takes up "deploy". */
function stem(word: string): string {
  if (word.length <= 4) return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
  return word.replace(/(?:ings?|ed|es|(?<!s)s|e)$/u, '');
}

/**
 * Numbers and proper names. Numbers that follow each other count once ("twenty five thousand"). A proper name is
 * a capitalised word that does not open a sentence; recognisers that write no capitals show none.
 */
export function countSpecifics(text: string): number {
  let specifics = 0;
  for (const sentence of text.split(/(?<=[.!?])\s+/u)) {
    let inRun: 'number' | 'name' | null = null;
    wordsOf(sentence).forEach((word, place) => {
      const kind = specificKind(word, place);
      if (kind && kind !== inRun) specifics += 1;
      inRun = kind;
    });
  }
  return specifics;
}

function specificKind(word: string, place: number): 'number' | 'name' | null {
  if (/\p{N}/u.test(word) || NUMBER_WORDS.has(word.toLowerCase())) return 'number';
  const isName = place > 0 && /^\p{Lu}/u.test(word) && !/^I(?:['’]|$)/u.test(word);
  return isName ? 'name' : null;
}
