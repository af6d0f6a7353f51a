/** How the facts of a resume read. */

export function yearsOf(years: number): string {
  const rounded = Math.round(years * 10) / 10;
  return rounded === 1 ? '1 year' : `${rounded} years`;
}

/** `2019-03`, `2019` and `present` as a resume's dates are answered; what is not known is left out. */
export function periodOf(start: string | null, end: string | null): string {
  if (!start && !end) return '';
  return `${start ?? '?'} – ${end ?? '?'}`;
}
