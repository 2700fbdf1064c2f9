/** Automatic grading: the share of a question's points that a response earns by its key. */
import type { Key, Response } from './question.ts';

/**
 * The share of the points, 0 to 1; undefined when only reading can tell (essays).
 *
 * A missing response earns nothing. Several choices earn (right ones - wrong ones) / all right
 * ones, never less than nothing; everything else is right or wrong as a whole.
 *
 * @throws Error when key and response are of different kinds: responses are checked when saved
 */
export function gradeByKey(key: Key, response: Response | null): number | undefined {
  if (response === null) return 0;
  if (key.kind === 'essay') return undefined;
  if (key.kind === 'single' && response.kind === 'single') {
    return response.option === key.option ? 1 : 0;
  }
  if (key.kind === 'multiple' && response.kind === 'multiple') {
    return gradeChoices(key.options, response.options);
  }
  if (key.kind === 'numeric' && response.kind === 'numeric') {
    return isWithin(response.value, key.value, key.tolerance) ? 1 : 0;
  }
  if (key.kind === 'short' && response.kind === 'short') {
    return key.accepted.map(normalise).includes(normalise(response.text)) ? 1 : 0;
  }
  if (key.kind === 'ordering' && response.kind === 'ordering') {
    return key.order.join() === response.order.join() ? 1 : 0;
  }
  throw new Error(`a response of ${response.kind} to a question of ${key.kind}`);
}

function gradeChoices(right: readonly string[], chosen: readonly string[]): number {
  const hits = chosen.filter((id) => right.includes(id)).length;
  return Math.max(0, (2 * hits - chosen.length) / right.length);
}

/** With room for the error of binary fractions: 0.3 is within 0.1 of 0.2. */
function isWithin(value: number, wanted: number, tolerance: number): boolean {
  const rounding = Number.EPSILON * Math.max(Math.abs(value), Math.abs(wanted)) * 4;
  return Math.abs(value - wanted) <= tolerance + rounding;
}

/** Case, accents' encoding and spaces make no difference. */
function normalise(text: string): string {
  return text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLocaleLowerCase('en');
}
