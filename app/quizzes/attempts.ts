/** SQL of attempts. What is shown to learners is read without ever touching `question_keys`. */
import type { PrismaClient } from '../database/generated/client.ts';
import { Prisma } from '../database/generated/client.ts';
import type { Position } from '../http/cursor.ts';
import type { Key, Kind, Option, Response } from './question.ts';

export type Transaction = Prisma.TransactionClient;
type Asker = Pick<PrismaClient, '$queryRaw'>;

export interface AttemptRow {
  readonly id: string;
  readonly quizId: string;
  readonly quizTitle: string;
  readonly courseId: string;
  readonly lessonId: string | null;
  readonly enrolmentId: string;
  readonly userId: string;
  readonly learnerName: string;
  readonly number: number;
  readonly status: 'open' | 'submitted' | 'graded';
  readonly startedAt: Date;
  readonly deadlineAt: Date | null;
  readonly submittedAt: Date | null;
  readonly late: boolean;
  readonly gradedAt: Date | null;
  readonly score: Prisma.Decimal | null;
  readonly maxScore: Prisma.Decimal;
  readonly version: number;
  readonly lateGraceSeconds: number;
  readonly passPercent: number;
  readonly shuffle: boolean;
  readonly reviewPolicy: 'never' | 'graded' | 'closed';
  readonly closesAt: Date | null;
}

const selectAttempts = Prisma.sql`
  SELECT a.id, a.quiz_id AS "quizId", q.title AS "quizTitle", q.course_id AS "courseId",
    q.lesson_id AS "lessonId", a.enrolment_id AS "enrolmentId", e.user_id AS "userId",
    u.display_name AS "learnerName", a.number, a.status::text AS status, a.started_at AS "startedAt",
    a.deadline_at AS "deadlineAt", a.submitted_at AS "submittedAt", a.late,
    a.graded_at AS "gradedAt", a.score, a.max_score AS "maxScore", a.version,
    q.late_grace_seconds AS "lateGraceSeconds", q.pass_percent AS "passPercent", q.shuffle,
    q.review_policy::text AS "reviewPolicy", q.closes_at AS "closesAt"
  FROM attempts a
  JOIN quizzes q ON q.id = a.quiz_id
  JOIN enrolments e ON e.id = a.enrolment_id
  JOIN users u ON u.id = e.user_id`;

export async function findAttempt(prisma: Asker, id: string): Promise<AttemptRow | undefined> {
  const [row] = await prisma.$queryRaw<AttemptRow[]>`${selectAttempts} WHERE a.id = ${id}::uuid`;
  return row;
}

/** The attempt, held against every other change until the end of the transaction. */
export async function lockAttempt(tx: Asker, id: string): Promise<AttemptRow | undefined> {
  const [row] = await tx.$queryRaw<AttemptRow[]>`
    ${selectAttempts} WHERE a.id = ${id}::uuid FOR NO KEY UPDATE OF a`;
  return row;
}

export interface ListOptions {
  readonly quizId: string;
  /** Only this learner's; undefined: everybody's. */
  readonly userId: string | undefined;
  readonly after: Position | undefined;
  readonly limit: number;
}

/** Newest first. */
export function listStatement({ quizId, userId, after, limit }: ListOptions): Prisma.Sql {
  const owner = userId ? Prisma.sql`AND e.user_id = ${userId}::uuid` : Prisma.empty;
  const further = after
    ? Prisma.sql`AND (a.started_at, a.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
    : Prisma.empty;
  return Prisma.sql`${selectAttempts} WHERE a.quiz_id = ${quizId}::uuid ${owner} ${further}
    ORDER BY a.started_at DESC, a.id DESC LIMIT ${limit}`;
}

export interface AnswerRow {
  readonly questionId: string;
  readonly position: number;
  readonly points: Prisma.Decimal;
  readonly kind: Kind;
  readonly prompt: string;
  readonly options: readonly Option[];
  readonly response: Response | null;
  readonly savedAt: Date | null;
  readonly score: Prisma.Decimal | null;
  readonly gradedBy: 'automatic' | 'provisional' | 'teacher' | null;
  readonly feedback: string | null;
}

/** The attempt's questions and answers, in order, without keys. */
export async function findAnswers(prisma: Asker, attemptId: string): Promise<readonly AnswerRow[]> {
  return prisma.$queryRaw<AnswerRow[]>`
    SELECT s.question_id AS "questionId", s.position, s.points, q.kind::text AS kind, q.prompt,
      q.options, s.response, s.saved_at AS "savedAt", s.score, s.graded_by::text AS "gradedBy",
      s.feedback
    FROM attempt_answers s JOIN questions q ON q.id = s.question_id
    WHERE s.attempt_id = ${attemptId}::uuid ORDER BY s.position`;
}

export interface KeyRow {
  readonly questionId: string;
  readonly answer: Key;
  readonly explanation: string | null;
}

/** The keys of the attempt's questions: for grading, and for reviews that are released. */
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

export interface Grade {
  readonly questionId: string;
  /** In decimal text. */
  readonly score: string;
  readonly feedback?: string;
}

/** Write grades; of answers that have one already only a teacher's replaces it. */
export async function saveGrades(
  tx: Pick<Transaction, '$executeRaw'>,
  attemptId: string,
  grades: readonly Grade[],
  by: 'automatic' | 'provisional' | 'teacher',
  now: Date,
): Promise<void> {
  if (grades.length === 0) return;
  const rows = grades.map(
    ({ questionId, score, feedback }) =>
      Prisma.sql`(${questionId}::uuid, ${score}::numeric, ${feedback ?? null}::text)`,
  );
  const untouched = by === 'teacher' ? Prisma.empty : Prisma.sql`AND s.graded_by IS NULL`;
  await tx.$executeRaw`
    UPDATE attempt_answers s
    SET score = g.score, feedback = coalesce(g.feedback, s.feedback), graded_by = ${by}::grade_source,
      graded_at = ${now}::timestamptz
    FROM (VALUES ${Prisma.join(rows)}) AS g (question_id, score, feedback)
    WHERE s.attempt_id = ${attemptId}::uuid AND s.question_id = g.question_id ${untouched}`;
}

/**
 * Save an answer while the attempt takes answers: open, and within deadline and grace. Holds the
 * attempt, so that no answer is written behind the back of a submission.
 *
 * @returns whether it was saved
 */
export async function saveResponse(
  prisma: Pick<PrismaClient, '$executeRaw'>,
  { attemptId, questionId, response }: SavedResponse,
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

export interface SavedResponse {
  readonly attemptId: string;
  readonly questionId: string;
  readonly response: Response;
}

/** Open attempts whose deadline and grace are over. */
export async function findAbandoned(
  prisma: Asker,
  now: Date,
  limit: number,
): Promise<readonly string[]> {
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    SELECT a.id FROM attempts a JOIN quizzes q ON q.id = a.quiz_id
    WHERE a.status = 'open'
      AND a.deadline_at + make_interval(secs => q.late_grace_seconds) < ${now}::timestamptz
    LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}
