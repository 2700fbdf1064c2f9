/**
 * Whether a local date, or date and time, stands in the calendar: `Date` alone takes the 30th of February for the 2nd
 * of March.
 *
 * @param local `YYYY-MM-DD` or `YYYY-MM-DDThh:mm:ss`, without an offset
 */
export function isDate(local: string): boolean {
  const time = Date.parse(local.length > 10 ? `${local}Z` : local);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(local);
}
