/**
 * The limits by which a statement and a resume differ. The tolerance is the one that was measured for rules of this kind
 * (17 of 20 statements told right at the first run); the others were chosen on the `choose` half of
 * fixtures/labelled-statements.json. What the evaluation varies is here and nowhere else.
 */

/** People round, and leave out months: figures closer than the larger of the two do not differ. */
export const TOLERANCE_YEARS = 1;
export const TOLERANCE_SHARE = 0.3;
/** Years of a date ("joined in 2018") that are no difference. */
export const DATE_TOLERANCE_YEARS = 1;
/** Steps between two titles (junior, plain, senior, lead, manager, director, chief) from which they differ. */
export const TITLE_STEPS = 2;
/** Above LOW only when the recogniser was at least this sure of the words … */
export const CONFIDENCE_FLOOR = 0.85;
/** … and the gap is at least this many times the tolerance. */
export const LARGE_GAP_FACTOR = 2;
/** Items (words, figures, names) between a duration and what it is said of. */
export const GAP_ITEMS = 8;

/** Of a segment's text so much is compared: four times what is said in the 15 s that a segment lasts at most. */
export const SEGMENT_CHARACTERS = 1500;

/** @param resumeYears what the resume says. */
export const toleranceOf = (resumeYears: number) => Math.max(TOLERANCE_YEARS, TOLERANCE_SHARE * resumeYears);
