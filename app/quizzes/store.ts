/** SQL of the question bank and of quizzes as authors and learners find them. */
import type { PrismaClient } from '../database/generated/client.ts';
import { Prisma } from '../database/generated/client.ts';
import type { Status } from '../enrolments/enrolment.ts';
import type { Bounds } from '../http/cursor.ts';
import type { Key, Kind, Option } from './question.ts';

type Asker = Pick<PrismaClient, '$queryRaw'>;

/** A question with its key: for authors only. */
export interface QuestionRow {
  readonly id: string;
  readonly courseId: string;
  readonly topic: string;
  readonly difficulty: 'easy' | 'medium' | 'hard';
  readonly kind: Kind;
  readonly prompt: string;
  readonly options: readonly Option[];
  readonly key: Key;
  readonly explanation: string | null;
  readonly createdAt: Date;
}

export interface QuestionFilter extends Bounds {
  readonly courseId: string;
  readonly topic: string | undefined;
  readonly difficulty: string | undefined;
}

/** Newest first. */
export function listQuestions(filter: QuestionFilter): Prisma.Sql {
  const { courseId, topic, difficulty, after, limit } = filter;
  const onTopic = topic ? Prisma.sql`AND q.topic = ${topic}` : Prisma.empty;
  const asHard = difficulty
    ? Prisma.sql`AND q.difficulty = ${difficulty}::difficulty`
    : Prisma.empty;
  const further = after
    ? Prisma.sql`AND (q.created_at, q.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
    : Prisma.empty;
  return Prisma.sql`
    SELECT q.id, q.course_id AS "courseId", q.topic, q.difficulty::text AS difficulty,
      q.kind::text AS kind, q.prompt, q.options, k.answer AS key, k.explanation,
      q.created_at AS "createdAt"
    FROM questions q JOIN question_keys k ON k.question_id = q.id
    WHERE q.course_id = ${courseId}::uuid ${onTopic} ${asHard} ${further}
    ORDER BY q.created_at DESC, q.id DESC LIMIT ${limit}`;
}

export interface QuizRow {
  readonly id: string;
  readonly courseId: string;
  readonly lessonId: string | null;
  readonly title: string;
  readonly timeLimitSeconds: number | null;
  readonly lateGraceSeconds: number;
  readonly attemptsAllowed: number | null;
  readonly shuffle: boolean;
  readonly passPercent: number;
  readonly reviewPolicy: 'never' | 'graded' | 'closed';
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
  readonly publishedAt: Date | null;
  readonly createdAt: Date;
  readonly version: number;
  /** How many questions an attempt has. */
  readonly questionCount: number;
}

const quizColumns = Prisma.sql`
  q.id, q.course_id AS "courseId", q.lesson_id AS "lessonId", q.title,
    q.time_limit_seconds AS "timeLimitSeconds", q.late_grace_seconds AS "lateGraceSeconds",
    q.attempts_allowed AS "attemptsAllowed", q.shuffle, q.pass_percent AS "passPercent",
    q.review_policy::text AS "reviewPolicy", q.opens_at AS "opensAt", q.closes_at AS "closesAt",
    q.published_at AS "publishedAt", q.created_at AS "createdAt", q.version,
    least(q.draw_count, (SELECT count(*) FROM quiz_questions x WHERE x.quiz_id = q.id))::int
      AS "questionCount"`;

export interface QuizFilter extends Bounds {
  readonly courseId: string;
  /** Also those not published. */
  readonly drafts: boolean;
}

/** Newest first. */
export function listQuizzes({ courseId, drafts, after, limit }: QuizFilter): Prisma.Sql {
  const published = drafts ? Prisma.empty : Prisma.sql`AND q.published_at IS NOT NULL`;
  const further = after
    ? Prisma.sql`AND (q.created_at, q.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
    : Prisma.empty;
  return Prisma.sql`SELECT ${quizColumns} FROM quizzes q WHERE q.course_id = ${courseId}::uuid ${published} ${further}
    ORDER BY q.created_at DESC, q.id DESC LIMIT ${limit}`;
}

/** What decides whether someone may take a quiz. */
interface Admission {
  readonly enrolmentId: string;
  readonly status: Status;
  /** The quiz's lesson is released and what it requires is completed; true without a lesson. */
  readonly lessonIsOpen: boolean;
}

/** A quiz as one person meets it. */
export interface Met {
  readonly quiz: QuizRow;
  /** Undefined for somebody without an enrolment in its course. */
  readonly admission: Admission | undefined;
}

interface MetRow extends QuizRow {
  readonly enrolmentId: string | null;
  readonly enrolmentStatus: Status;
  readonly lessonIsOpen: boolean;
}

export async function findQuiz(
  prisma: Asker,
  id: string,
  userId: string,
  now: Date,
): Promise<Met | undefined> {
  const [row] = await prisma.$queryRaw<MetRow[]>`
    SELECT ${quizColumns}, e.id AS "enrolmentId", e.status::text AS "enrolmentStatus",
      NOT EXISTS (
        SELECT FROM lessons l WHERE l.id = q.lesson_id AND l.release_at > ${now}::timestamptz
      ) AND NOT EXISTS (
        SELECT FROM lesson_prerequisites r
        LEFT JOIN lesson_progress p ON p.lesson_id = r.required_id AND p.enrolment_id = e.id
        WHERE r.lesson_id = q.lesson_id AND p.completed_at IS NULL
      ) AS "lessonIsOpen"
    FROM quizzes q
    LEFT JOIN enrolments e ON e.course_id = q.course_id AND e.user_id = ${userId}::uuid
    WHERE q.id = ${id}::uuid`;
  if (!row) return undefined;
  const { enrolmentId, enrolmentStatus: status, lessonIsOpen, ...quiz } = row;
  const admission = enrolmentId === null ? undefined : { enrolmentId, status, lessonIsOpen };
  return { quiz, admission };
}

export interface NewQuestion {
  readonly courseId: string;
  readonly topic: string;
  readonly difficulty: 'easy' | 'medium' | 'hard';
  readonly kind: Kind;
  readonly prompt: string;
  readonly options: readonly Option[];
  readonly key: Key;
  readonly explanation: string | undefined;
}

export async function addQuestion(
  prisma: Pick<PrismaClient, 'question'>,
  { options, key, explanation, ...question }: NewQuestion,
): Promise<string> {
  const { id } = await prisma.question.create({
    data: {
      ...question,
      options: options.map((option) => ({ ...option })),
      key: { create: { answer: { ...key }, explanation: explanation ?? null } },
    },
    select: { id: true },
  });
  return id;
}
