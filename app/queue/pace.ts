/** A bound on how often something begins, evenly spaced. */

/** Hands out begin times. @param now same clock as the result; milliseconds */
export type Pace = (now: number) => number;

/**
 * @param perSecond most begins in a second, > 0
 * @returns for each call the time it may begin: `now` or later, and not sooner than 1/perSecond
 *   seconds after the one before
 */
export function createPace(perSecond: number): Pace {
  const spacingMs = 1000 / perSecond;
  let next = -Infinity;
  return (now) => {
    const begin = Math.max(now, next);
    next = begin + spacingMs;
    return begin;
  };
}
