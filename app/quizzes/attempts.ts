/** SQL of attempts. What is shown to learners is read without ever touching `question_keys`. */
import type { PrismaClient } from '../database/generated/client.ts';
import { Prisma } from '../database/generated/client.ts';
import { holding } from '../enrolments/lock.ts';
import type { Bounds } from '../http/cursor.ts';
import { jobsStatement } from '../queue/outbox.ts';
import { type Grade, gradesStatement } from './answers.ts';
import type { Kind, Option, Response } from './question.ts';

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

const columns = Prisma.sql`
  a.id, a.quiz_id AS "quizId", q.title AS "quizTitle", q.course_id AS "courseId",
    q.lesson_id AS "lessonId", a.enrolment_id AS "enrolmentId", e.user_id AS "userId",
    u.display_name AS "learnerName", a.number, a.status::text AS status, a.started_at AS "startedAt",
    a.deadline_at AS "deadlineAt", a.submitted_at AS "submittedAt", a.late,
    a.graded_at AS "gradedAt", a.score, a.max_score AS "maxScore", a.version,
    q.late_grace_seconds AS "lateGraceSeconds", q.pass_percent AS "passPercent", q.shuffle,
    q.review_policy::text AS "reviewPolicy", q.closes_at AS "closesAt"`;

const joined = Prisma.sql`
  JOIN quizzes q ON q.id = a.quiz_id
  JOIN enrolments e ON e.id = a.enrolment_id
  JOIN users u ON u.id = e.user_id`;

/** One of an attempt's questions, its answer and grade, without the key. */
export interface AnswerRow {
  readonly questionId: string;
  /** Decimal text with two places, as `score`. */
  readonly points: string;
  readonly kind: Kind;
  readonly prompt: string;
  readonly options: readonly Option[];
  readonly response: Response | null;
  /** ISO text. */
  readonly savedAt: string | null;
  readonly score: string | null;
  readonly gradedBy: 'automatic' | 'provisional' | 'teacher' | null;
  readonly feedback: string | null;
}

/** An attempt with its questions and answers in order. */
export interface Sheet extends AttemptRow {
  readonly answers: readonly AnswerRow[];
}

export async function findSheet(prisma: Asker, id: string): Promise<Sheet | undefined> {
  const [sheet] = await prisma.$queryRaw<Sheet[]>`
    SELECT ${columns}, ARRAY(
      SELECT jsonb_build_object('questionId', s.question_id, 'points', s.points::text,
        'kind', k.kind, 'prompt', k.prompt, 'options', k.options, 'response', s.response,
        'savedAt', s.saved_at, 'score', s.score::text, 'gradedBy', s.graded_by,
        'feedback', s.feedback)
      FROM attempt_answers s JOIN questions k ON k.id = s.question_id
      WHERE s.attempt_id = a.id ORDER BY s.position
    ) AS answers
    FROM attempts a ${joined} WHERE a.id = ${id}::uuid`;
  return sheet;
}

/**
 * The attempt, held with its enrolment against every other change until the end of the transaction.
 *
 * @param learnerId only if it is this learner's
 */
export async function holdAttempt(
  tx: Asker,
  id: string,
  learnerId?: string,
): Promise<AttemptRow | undefined> {
  const own = learnerId ? Prisma.sql`AND e.user_id = ${learnerId}::uuid` : Prisma.empty;
  // The row is locked, and read anew, after the enrolment is held: locks are taken of what a query has found.
  const [row] = await tx.$queryRaw<AttemptRow[]>`
    WITH enrolment AS MATERIALIZED (
      SELECT a.id, ${holding(Prisma.sql`a.enrolment_id`)}
      FROM attempts a JOIN enrolments e ON e.id = a.enrolment_id WHERE a.id = ${id}::uuid ${own}
    )
    SELECT ${columns} FROM enrolment JOIN attempts a ON a.id = enrolment.id ${joined}
    FOR NO KEY UPDATE OF a`;
  return row;
}

export interface ListOptions extends Bounds {
  readonly quizId: string;
  /** Only this learner's; undefined: everybody's. */
  readonly userId: string | undefined;
}

/** Newest first. */
export function listStatement({ quizId, userId, after, limit }: ListOptions): Prisma.Sql {
  const owner = userId ? Prisma.sql`AND e.user_id = ${userId}::uuid` : Prisma.empty;
  const further = after
    ? Prisma.sql`AND (a.started_at, a.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
    : Prisma.empty;
  return Prisma.sql`SELECT ${columns} FROM attempts a ${joined}
    WHERE a.quiz_id = ${quizId}::uuid ${owner} ${further}
    ORDER BY a.started_at DESC, a.id DESC LIMIT ${limit}`;
}

export interface Submission {
  readonly attemptId: string;
  readonly submittedAt: Date;
  readonly late: boolean;
  readonly grades: readonly Grade[];
  /** Questions whose answers wait for a reader. */
  readonly essays: readonly string[];
  /** In decimal text; undefined while an answer has no grade. */
  readonly score: string | undefined;
}

/** Turn an open attempt into a submitted one with its grades, and promise the jobs that grade its essays. */
export async function saveSubmission(
  tx: Pick<Prisma.TransactionClient, '$executeRaw'>,
  { attemptId, submittedAt, late, grades, essays, score }: Submission,
  now: Date,
): Promise<void> {
  const jobs = essays.map((questionId) => ({ attemptId, questionId }));
  await tx.$executeRaw`
    WITH graded AS (${gradesStatement(attemptId, grades, 'automatic', now)}),
      promised AS (${jobsStatement('grading', jobs)})
    UPDATE attempts
    SET status = ${score === undefined ? 'submitted' : 'graded'}::attempt_status,
      submitted_at = ${submittedAt}::timestamptz, late = ${late}, score = ${score ?? null}::numeric,
      graded_at = ${score === undefined ? null : now}::timestamptz, version = version + 1
    WHERE id = ${attemptId}::uuid`;
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
