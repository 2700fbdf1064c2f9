/** A time as records and status hold it. @param ms since the epoch */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
