/** The provisional grade of an essay: what a teacher starts from, not the last word. */
import { likeness, wordsOf } from './originality.ts';
import type { Key } from './question.ts';

export interface Essay {
  readonly words: readonly string[];
  readonly signature: readonly number[];
}

export interface ProvisionalGrade {
  /** Of the points, 0 to 1. */
  readonly share: number;
  /** Numbers only: it never quotes the rubric or another learner. */
  readonly feedback: string;
}

/** An essay that mentions none of the terms may still be good: so much is not theirs to give. */
const shareWithoutTerms = 0.4;
/** Up to this likeness to an earlier answer nothing is deducted, from the other one on everything. */
const unsuspicious = 0.5;
const copied = 0.9;

/**
 *     share = length x (0.4 + 0.6 x terms) x originality
 *
 * where length = min(1, words / minWords), terms = the weight of the rubric's terms that occur, of
 * all (1 without a rubric), and originality falls from 1 to 0 while the likeness to the nearest
 * earlier answer rises from 0.5 to 0.9.
 *
 * @param earlier signatures of other learners' answers to the same question
 */
export function gradeEssay(
  { words, signature }: Essay,
  key: Extract<Key, { kind: 'essay' }>,
  earlier: readonly (readonly number[])[],
): ProvisionalGrade {
  const length = key.minWords === 0 ? 1 : Math.min(1, words.length / key.minWords);
  const found = findTerms(words, key.terms);
  const nearest = earlier.reduce((most, other) => Math.max(most, likeness(signature, other)), 0);
  const originality = Math.min(1, Math.max(0, (copied - nearest) / (copied - unsuspicious)));
  const share =
    words.length === 0
      ? 0
      : length * (shareWithoutTerms + (1 - shareWithoutTerms) * found.ratio) * originality;
  return { share, feedback: explain(words.length, found, key.terms.length, nearest) };
}

interface Found {
  readonly count: number;
  /** Their weight, of all terms' weight. */
  readonly ratio: number;
}

function findTerms(
  words: readonly string[],
  terms: readonly { readonly term: string; readonly weight: number }[],
): Found {
  if (terms.length === 0) return { count: 0, ratio: 1 };
  const text = ` ${words.join(' ')} `;
  const found = terms.filter(({ term }) => text.includes(` ${wordsOf(term).join(' ')} `));
  return { count: found.length, ratio: weigh(found) / weigh(terms) };
}

function weigh(terms: readonly { readonly weight: number }[]): number {
  return terms.reduce((total, { weight }) => total + weight, 0);
}

function explain(words: number, found: Found, terms: number, nearest: number): string {
  const rubric = terms > 0 ? `${found.count} of ${terms} expected terms, ` : '';
  const alike = Math.round(nearest * 100);
  return `Provisional: ${words} words, ${rubric}${alike} % like the nearest earlier answer.`;
}
