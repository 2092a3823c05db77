/** A moment as UTC, to the second. What is no moment is said to be none. */
export function moment(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? `${new Date(ms).toISOString().slice(0, 19)}Z` : 'at no known time';
}
