import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gradeEssay } from './essay.ts';
import { likeness, signatureOf, wordsOf } from './originality.ts';

function words(from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `word${from + index}`);
}

function essay(text: readonly string[]) {
  return { words: text, signature: signatureOf(text) };
}

const rubric = {
  kind: 'essay' as const,
  minWords: 100,
  terms: [
    { term: 'word1', weight: 3 },
    { term: 'Word2 word3', weight: 1 },
  ],
};

test.each([
  { name: 'everything there', text: words(1, 100), earlier: [], share: 1 },
  { name: 'half the length', text: words(1, 50), earlier: [], share: 0.5 },
  { name: 'no term', text: words(1000, 100), earlier: [], share: 0.4 },
  { name: 'one of two terms, by weight', text: words(2, 100), earlier: [], share: 0.4 + 0.6 / 4 },
  { name: 'a copy', text: words(1, 100), earlier: [words(1, 100)], share: 0 },
  { name: 'another text', text: words(1, 100), earlier: [words(500, 100)], share: 1 },
  { name: 'nothing', text: [], earlier: [], share: 0 },
])('$name earns $share', ({ text, earlier, share }) => {
  const grade = gradeEssay(essay(text), rubric, earlier.map(signatureOf));
  expect(grade.share).toBeCloseTo(share, 10);
});

test('without a rubric and a least length any text of one’s own earns everything', () => {
  const key = { kind: 'essay' as const, minWords: 0, terms: [] };
  expect(gradeEssay(essay(['yes']), key, []).share).toBe(1);
});

test('the feedback tells numbers, never the rubric', () => {
  const { feedback } = gradeEssay(essay(words(1, 50)), rubric, []);
  expect(feedback).toBe(
    'Provisional: 50 words, 2 of 2 expected terms, 0 % like the nearest earlier answer.',
  );
});

test('the estimate of likeness is near the true share of common shingles', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), (overlap) => {
      const [a, b] = [words(0, 300), words(300 - overlap, 300)];
      const common = Math.max(0, overlap - 2);
      const truth = common / (2 * 298 - common);
      expect(Math.abs(likeness(signatureOf(a), signatureOf(b)) - truth)).toBeLessThan(0.2);
    }),
    { numRuns: 30 },
  );
});

test('words are compared without case, punctuation and encoding', () => {
  expect(wordsOf('Cafe\u0301, très-BON!')).toEqual(['café', 'très', 'bon']);
  expect(signatureOf([])).toEqual([]);
  expect(likeness([], [])).toBe(0);
});
