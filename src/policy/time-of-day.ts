/** A moment of today as UTC, to the second. What is no moment is said to be none. */
export function timeOfDay(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? `${new Date(ms).toISOString().slice(11, 19)} UTC` : 'no known time';
}
