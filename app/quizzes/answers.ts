/** SQL of an attempt's answers: what learners save, and what graders give. */
import type { PrismaClient } from '../database/generated/client.ts';
import { Prisma } from '../database/generated/client.ts';
import type { Key, Kind, Option, Response } from './question.ts';

type Asker = Pick<PrismaClient, '$queryRaw'>;

/** Which answer of which attempt. */
interface Place {
  readonly attemptId: string;
  readonly questionId: string;
}

/** The question that a learner's attempt asks at this place; undefined: it does not, or is not theirs. */
export async function findAsked(
  prisma: Asker,
  { attemptId, questionId }: Place,
  learnerId: string,
): Promise<{ readonly kind: Kind; readonly options: readonly Option[] } | undefined> {
  const [row] = await prisma.$queryRaw<{ kind: Kind; options: Option[] }[]>`
    SELECT q.kind::text AS kind, q.options
    FROM attempt_answers s
    JOIN attempts a ON a.id = s.attempt_id
    JOIN enrolments e ON e.id = a.enrolment_id
    JOIN questions q ON q.id = s.question_id
    WHERE s.attempt_id = ${attemptId}::uuid AND s.question_id = ${questionId}::uuid
      AND e.user_id = ${learnerId}::uuid`;
  return row;
}

/**
 * Save an answer while the attempt takes answers: open, and within deadline and grace. Holds the
 * attempt, so that no answer is written behind the back of a submission.
 *
 * @returns whether it was saved
 */
export async function saveResponse(
  prisma: Pick<PrismaClient, '$executeRaw'>,
  { attemptId, questionId, response }: Place & { readonly response: Response },
  now: Date,
): Promise<boolean> {
  const count = await prisma.$executeRaw`
    WITH taking AS (
      SELECT a.id FROM attempts a JOIN quizzes q ON q.id = a.quiz_id
      WHERE a.id = ${attemptId}::uuid AND a.status = 'open' AND (a.deadline_at IS NULL
        OR a.deadline_at + make_interval(secs => q.late_grace_seconds) >= ${now}::timestamptz)
      FOR SHARE OF a
    )
    UPDATE attempt_answers s SET response = ${JSON.stringify(response)}::jsonb,
      saved_at = ${now}::timestamptz
    FROM taking WHERE s.attempt_id = taking.id AND s.question_id = ${questionId}::uuid`;
  return count === 1;
}

export interface KeyRow {
  readonly questionId: string;
  readonly answer: Key;
  readonly explanation: string | null;
}

/** The keys of the attempt's questions: for reviews that are released. */
export async function findKeys(
  prisma: Asker,
  attemptId: string,
): Promise<ReadonlyMap<string, KeyRow>> {
  const rows = await prisma.$queryRaw<KeyRow[]>`
    SELECT k.question_id AS "questionId", k.answer, k.explanation
    FROM attempt_answers s JOIN question_keys k ON k.question_id = s.question_id
    WHERE s.attempt_id = ${attemptId}::uuid`;
  return new Map(rows.map((row) => [row.questionId, row]));
}

/** An answer beside its key. */
export interface Gradable {
  readonly questionId: string;
  readonly points: Prisma.Decimal;
  readonly response: Response | null;
  readonly key: Key;
}

/** Everything that the attempt asks, with the keys: for grading alone. */
export async function findGradable(tx: Asker, attemptId: string): Promise<readonly Gradable[]> {
  return tx.$queryRaw<Gradable[]>`
    SELECT s.question_id AS "questionId", s.points, s.response, k.answer AS key
    FROM attempt_answers s JOIN question_keys k ON k.question_id = s.question_id
    WHERE s.attempt_id = ${attemptId}::uuid`;
}

/** What the attempt's answers have got so far; null where one waits for its grade. */
export async function findScores(
  tx: Asker,
  attemptId: string,
): Promise<readonly (Prisma.Decimal | null)[]> {
  const rows = await tx.$queryRaw<{ score: Prisma.Decimal | null }[]>`
    SELECT score FROM attempt_answers WHERE attempt_id = ${attemptId}::uuid`;
  return rows.map(({ score }) => score);
}

export interface Grade {
  readonly questionId: string;
  /** In decimal text. */
  readonly score: string;
  readonly feedback?: string;
}

/** Write grades; of answers that have one already only a teacher's replaces it. */
export function gradesStatement(
  attemptId: string,
  grades: readonly Grade[],
  by: 'automatic' | 'provisional' | 'teacher',
  now: Date,
): Prisma.Sql {
  const untouched = by === 'teacher' ? Prisma.empty : Prisma.sql`AND s.graded_by IS NULL`;
  return Prisma.sql`
    UPDATE attempt_answers s
    SET score = g.score, feedback = coalesce(g.feedback, s.feedback), graded_by = ${by}::grade_source,
      graded_at = ${now}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(grades)}::jsonb)
      AS g ("questionId" uuid, score numeric, feedback text)
    WHERE s.attempt_id = ${attemptId}::uuid AND s.question_id = g."questionId" ${untouched}`;
}
