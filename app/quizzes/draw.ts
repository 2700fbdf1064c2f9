/** Which questions an attempt gets, and in which order options are shown. */
import { createHash } from 'node:crypto';
import type { Option } from './question.ts';

export interface Drawing {
  /** Null: all. */
  readonly drawCount: number | null;
  readonly shuffle: boolean;
}

/**
 * The attempt's questions, in the quiz's order unless shuffled.
 *
 * @param random uniform in [0, 1)
 */
export function drawQuestions<T>(
  questions: readonly T[],
  { drawCount, shuffle }: Drawing,
  random: () => number,
): readonly T[] {
  const mixed = mix(questions.length, random);
  const chosen = mixed.slice(0, drawCount ?? questions.length);
  const places = shuffle ? chosen : chosen.toSorted((a, b) => a - b);
  return places.flatMap((place) => questions.slice(place, place + 1));
}

/** 0 to `length` - 1 in random order (Fisher and Yates). */
function mix(length: number, random: () => number): number[] {
  const places = Array.from({ length }, (_, place) => place);
  for (let end = length - 1; end > 0; end -= 1) {
    const other = Math.floor(random() * (end + 1));
    const [a = 0, b = 0] = [places[end], places[other]];
    places[end] = b;
    places[other] = a;
  }
  return places;
}

/** Options in an order of their own for each attempt, the same whenever it is looked at. */
export function shuffleOptions(options: readonly Option[], attemptId: string): readonly Option[] {
  const rank = ({ id }: Option) => createHash('sha256').update(`${attemptId} ${id}`).digest('hex');
  return options
    .map((option) => ({ option, rank: rank(option) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ option }) => option);
}
