/** Attempts as they are shown: to learners without anything of the key before its release. */
import { z } from 'zod';
import type { KeyRow } from './answers.ts';
import type { AnswerRow, AttemptRow, Sheet } from './attempts.ts';
import { mayReview } from './clock.ts';
import { shuffleOptions } from './draw.ts';
import { toHundredths } from './points.ts';
import { keySchema, kinds, optionSchema, responseSchema } from './question.ts';
import { passes } from './settle.ts';

const time = z.iso.datetime({ offset: true });
/** Decimal text with two places: JSON numbers would round it. */
const points = z.string().regex(/^\d+\.\d\d$/);

const attemptFields = {
  id: z.uuid(),
  quizId: z.uuid(),
  quizTitle: z.string(),
  courseId: z.uuid(),
  learnerId: z.uuid(),
  learnerName: z.string(),
  number: z.int(),
  status: z.enum(['open', 'submitted', 'graded']),
  startedAt: time,
  deadlineAt: time.nullable(),
  submittedAt: time.nullable(),
  gradedAt: time.nullable(),
  late: z.boolean(),
  score: points.nullable(),
  maxScore: points,
  passed: z.boolean().nullable(),
};

/** An attempt as lists show it. */
export const listedAttemptSchema = z.strictObject(attemptFields).meta({ id: 'ListedAttempt' });

const answerSchema = z.strictObject({
  questionId: z.uuid(),
  kind: z.enum(kinds),
  prompt: z.string(),
  options: z.array(optionSchema),
  points,
  response: responseSchema.nullable(),
  savedAt: time.nullable(),
  /** Only when the review is released. */
  grade: z
    .strictObject({
      score: points.nullable(),
      gradedBy: z.enum(['automatic', 'provisional', 'teacher']).nullable(),
      feedback: z.string().nullable(),
      key: keySchema.nullable(),
      explanation: z.string().nullable(),
    })
    .optional(),
});

export const attemptSchema = z
  .strictObject({ ...attemptFields, answers: z.array(answerSchema) })
  .meta({ id: 'Attempt' });

/** Who looks, and so when grades and keys are shown: to teachers always. */
export type Viewer = 'learner' | 'teacher';

/** Whether this view of the attempt holds grades and keys, and so needs `findKeys`. */
export function isReleased(attempt: AttemptRow, viewer: Viewer, now: Date): boolean {
  return viewer === 'teacher' || mayReview(attempt, attempt, now);
}

export function showListed(attempt: AttemptRow): z.input<typeof listedAttemptSchema> {
  const { score, maxScore } = attempt;
  return {
    id: attempt.id,
    quizId: attempt.quizId,
    quizTitle: attempt.quizTitle,
    courseId: attempt.courseId,
    learnerId: attempt.userId,
    learnerName: attempt.learnerName,
    number: attempt.number,
    status: attempt.status,
    startedAt: attempt.startedAt.toISOString(),
    deadlineAt: iso(attempt.deadlineAt),
    submittedAt: iso(attempt.submittedAt),
    gradedAt: iso(attempt.gradedAt),
    late: attempt.late,
    score: score?.toFixed(2) ?? null,
    maxScore: maxScore.toFixed(2),
    passed: score === null ? null : passes(toHundredths(score), attempt),
  };
}

/** @param keys of the attempt's questions when the view is released, else undefined */
export function showAttempt(
  { answers, ...attempt }: Sheet,
  keys: ReadonlyMap<string, KeyRow> | undefined,
): z.input<typeof attemptSchema> {
  return {
    ...showListed(attempt),
    answers: answers.map((answer) => ({
      questionId: answer.questionId,
      kind: answer.kind,
      prompt: answer.prompt,
      options: [...(attempt.shuffle ? shuffleOptions(answer.options, attempt.id) : answer.options)],
      points: answer.points,
      response: answer.response,
      savedAt: answer.savedAt && iso(new Date(answer.savedAt)),
      ...(keys && { grade: showGrade(answer, keys.get(answer.questionId)) }),
    })),
  };
}

function showGrade({ score, gradedBy, feedback, kind }: AnswerRow, key: KeyRow | undefined) {
  return {
    score,
    gradedBy,
    feedback,
    key: kind === 'essay' ? null : (key?.answer ?? null),
    explanation: key?.explanation ?? null,
  };
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
