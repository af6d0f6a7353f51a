/** A straight line through measurements over time, and whether they grow: pure arithmetic. */

export interface Point {
  x: number;
  y: number;
}

export interface Fit {
  /** y for each unit of x. */
  slope: number;
  intercept: number;
  /** Standard error of the slope, for errors that are independent of each other. */
  slopeError: number;
}

/**
 * Least squares.
 * @throws RangeError for fewer than three points, or for points that all have the same x: no line is known then
 */
export function linearFit(points: readonly Point[]): Fit {
  const n = points.length;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (n < 3 || spread === 0) throw new RangeError('a line needs three points at different times');
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const intercept = meanY - slope * meanX;
  const residual = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  return { slope, intercept, slopeError: Math.sqrt(residual / (n - 2) / spread) };
}

/** A slope counts only where it is this many standard errors above zero: noise has slopes too. */
const ERRORS = 2;

/** Whether y grows by more than `atLeast` for each unit of x, and by more than its noise explains. */
export function grows(points: readonly Point[], atLeast: number): boolean {
  const { slope, slopeError } = linearFit(points);
  return slope > atLeast && slope > ERRORS * slopeError;
}
