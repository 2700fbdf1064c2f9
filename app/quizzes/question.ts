/** Questions: what a learner sees, the key that only graders see, and what a learner answers. */
import { z } from 'zod';

export const kinds = ['single', 'multiple', 'numeric', 'short', 'ordering', 'essay'] as const;
export const difficulties = ['easy', 'medium', 'hard'] as const;

export type Kind = (typeof kinds)[number];

/** Ids are random, so that neither they nor their order tells anything of the key. */
export const optionSchema = z.strictObject({ id: z.string(), text: z.string() });
export const optionsSchema = z.array(optionSchema);

export type Option = z.output<typeof optionSchema>;

const optionId = z.string().min(1).max(40);
const optionIds = z.array(optionId).max(20);

/** A word or phrase that a good essay mentions, and how much that weighs. */
const termSchema = z.strictObject({
  term: z.string().min(1).max(100),
  weight: z.number().positive().max(100).default(1),
});

/** `question_keys.answer`, by the question's kind. */
export const keySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('single'), option: optionId }),
  z.strictObject({ kind: z.literal('multiple'), options: optionIds.min(1) }),
  z.strictObject({
    kind: z.literal('numeric'),
    value: z.number(),
    tolerance: z.number().min(0),
  }),
  z.strictObject({ kind: z.literal('short'), accepted: z.array(z.string()).min(1).max(50) }),
  z.strictObject({ kind: z.literal('ordering'), order: optionIds.min(2) }),
  z.strictObject({
    kind: z.literal('essay'),
    terms: z.array(termSchema).max(50),
    minWords: z.int().min(0).max(10_000),
  }),
]);

export type Key = z.output<typeof keySchema>;

/** `attempt_answers.response`, by the question's kind. */
export const responseSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('single'), option: optionId }),
  z.strictObject({ kind: z.literal('multiple'), options: optionIds }),
  z.strictObject({ kind: z.literal('numeric'), value: z.number() }),
  z.strictObject({ kind: z.literal('short'), text: z.string().max(500) }),
  z.strictObject({ kind: z.literal('ordering'), order: optionIds }),
  z.strictObject({ kind: z.literal('essay'), text: z.string().max(50_000) }),
]);

export type Response = z.output<typeof responseSchema>;

const text = z.string().trim().min(1).max(1000);
const index = z.int().min(0);

/** A question as its author writes it: options in any order, right ones by their place. */
export const authoredSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('single'),
    options: z.array(text).min(2).max(20),
    right: index,
  }),
  z.strictObject({
    kind: z.literal('multiple'),
    options: z.array(text).min(2).max(20),
    right: z.array(index).min(1).max(20),
  }),
  z.strictObject({
    kind: z.literal('numeric'),
    value: z.number(),
    tolerance: z.number().min(0).default(0),
  }),
  z.strictObject({ kind: z.literal('short'), accepted: z.array(text).min(1).max(50) }),
  z.strictObject({ kind: z.literal('ordering'), items: z.array(text).min(2).max(20) }),
  z.strictObject({
    kind: z.literal('essay'),
    terms: z.array(termSchema).max(50).default([]),
    minWords: z.int().min(0).max(10_000).default(0),
  }),
]);

export type Authored = z.output<typeof authoredSchema>;

interface Stored {
  readonly options: readonly Option[];
  readonly key: Key;
}

/**
 * Split an authored question into what learners see and the key.
 *
 * @param newId a fresh random id on each call
 * @returns undefined when `right` points at an option that is not there
 */
export function splitQuestion(authored: Authored, newId: () => string): Stored | undefined {
  switch (authored.kind) {
    case 'single': {
      const options = withIds(authored.options, newId);
      const option = options[authored.right]?.id;
      return option === undefined ? undefined : { options, key: { kind: 'single', option } };
    }
    case 'multiple': {
      const options = withIds(authored.options, newId);
      const right = [...new Set(authored.right)].map((place) => options[place]?.id);
      const known = right.filter((id) => id !== undefined);
      if (known.length < right.length) return undefined;
      return { options, key: { kind: 'multiple', options: known } };
    }
    case 'ordering': {
      const items = withIds(authored.items, newId);
      const options = items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      return { options, key: { kind: 'ordering', order: items.map(({ id }) => id) } };
    }
    case 'numeric':
    case 'short':
    case 'essay':
      return { options: [], key: authored };
  }
}

function withIds(texts: readonly string[], newId: () => string): readonly Option[] {
  return texts.map((each) => ({ id: newId(), text: each }));
}

/** Why a response does not fit the question, as a sentence; undefined: it fits. */
export function objectionToResponse(
  response: Response,
  question: { readonly kind: Kind; readonly options: readonly Option[] },
): string | undefined {
  if (response.kind !== question.kind) return `this question takes an answer of ${question.kind}`;
  const chosen = chosenOptions(response);
  const known = new Set(question.options.map(({ id }) => id));
  if (chosen.some((id) => !known.has(id))) return 'an option is not one of the question’s';
  if (new Set(chosen).size < chosen.length) return 'an option is named twice';
  return undefined;
}

function chosenOptions(response: Response): readonly string[] {
  switch (response.kind) {
    case 'single':
      return [response.option];
    case 'multiple':
      return response.options;
    case 'ordering':
      return response.order;
    case 'numeric':
    case 'short':
    case 'essay':
      return [];
  }
}
