import fc from 'fast-check';
import { expect, test } from 'vitest';
import { authoredSchema, objectionToResponse, splitQuestion } from './question.ts';

function ids(): () => string {
  let next = 0;
  return () => `id${(next++ * 7919) % 100}`;
}

test('what learners see of a question to order says nothing of the order', () => {
  const texts = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(texts, fc.infiniteStream(fc.uuid()), (items, uuids) => {
      const stored = splitQuestion({ kind: 'ordering', items }, () => uuids.next().value ?? '');
      const shown = stored?.options.map(({ id }) => id);
      expect(shown).toEqual(shown?.toSorted());
      expect(stored?.options.map(({ text }) => text).toSorted()).toEqual(items.toSorted());
    }),
  );
});

test('the key names the options that the author called right', () => {
  const authored = authoredSchema.parse({
    kind: 'multiple',
    options: ['a', 'b', 'c'],
    right: [2, 0],
  });
  const stored = splitQuestion(authored, ids());
  const texts = new Map(stored?.options.map(({ id, text }) => [id, text]));
  const right = stored?.key.kind === 'multiple' ? stored.key.options : [];
  expect(right.map((id) => texts.get(id))).toEqual(['c', 'a']);
});

test.each([
  { kind: 'single', options: ['a', 'b'], right: 2 } as const,
  { kind: 'multiple', options: ['a', 'b'], right: [0, 5] } as const,
])('a right option that is not there is refused: $kind', (authored) => {
  expect(splitQuestion(authoredSchema.parse(authored), ids())).toBeUndefined();
});

const question = {
  kind: 'multiple',
  options: [
    { id: 'x', text: 'X' },
    { id: 'y', text: 'Y' },
  ],
} as const;

test.each([
  { response: { kind: 'multiple', options: ['x', 'y'] }, fits: true },
  { response: { kind: 'multiple', options: [] }, fits: true },
  { response: { kind: 'multiple', options: ['x', 'x'] }, fits: false },
  { response: { kind: 'multiple', options: ['z'] }, fits: false },
  { response: { kind: 'single', option: 'x' }, fits: false },
] as const)('$response fits: $fits', ({ response, fits }) => {
  const objection = objectionToResponse(
    response.kind === 'multiple' ? { ...response, options: [...response.options] } : response,
    question,
  );
  expect(objection === undefined).toBe(fits);
});
