/** How the benchmarks of feeds write their figures. */

/** @returns how many times the other, at two places */
export const ratio = (value: number, other: number): number => Math.round((value / other) * 100) / 100;

export const thousands = (value: number): string => Math.round(value).toLocaleString('en');

export const verdict = (met: boolean): string => (met ? 'met' : 'not met');
