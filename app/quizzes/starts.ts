/** SQL of starting attempts. */
import type { PrismaClient } from '../database/generated/client.ts';

type Asker = Pick<PrismaClient, '$queryRaw'>;

export interface Past {
  readonly attempts: readonly {
    readonly id: string;
    readonly number: number;
    readonly status: 'open' | 'submitted' | 'graded';
    readonly deadlineAt: Date | null;
  }[];
  /** What the quiz asks, in its order. */
  readonly questions: readonly { readonly questionId: string; readonly points: string }[];
}

/** The learner's attempts at a quiz so far, and what another one would be about. */
export async function findPast(
  prisma: Asker,
  { quizId, enrolmentId }: { readonly quizId: string; readonly enrolmentId: string },
): Promise<Past> {
  const [row] = await prisma.$queryRaw<Past[]>`
    SELECT
      ARRAY(
        SELECT jsonb_build_object('id', id, 'number', number, 'status', status,
          'deadlineAt', deadline_at)
        FROM attempts WHERE quiz_id = ${quizId}::uuid AND enrolment_id = ${enrolmentId}::uuid
      ) AS attempts,
      ARRAY(
        SELECT jsonb_build_object('questionId', question_id, 'points', points::text)
        FROM quiz_questions WHERE quiz_id = ${quizId}::uuid ORDER BY position
      ) AS questions`;
  const { attempts = [], questions = [] } = row ?? {};
  const dated = attempts.map(({ deadlineAt, ...attempt }) => ({
    ...attempt,
    deadlineAt: deadlineAt && new Date(deadlineAt),
  }));
  return { attempts: dated, questions };
}

export interface NewAttempt {
  readonly quizId: string;
  readonly enrolmentId: string;
  readonly number: number;
  readonly startedAt: Date;
  readonly deadlineAt: Date | null;
  readonly maxScore: string;
  readonly questions: Past['questions'];
}

/** @returns its id; undefined when the learner has an open one, or one of this number */
export async function insertAttempt(
  prisma: Asker,
  attempt: NewAttempt,
): Promise<string | undefined> {
  const { quizId, enrolmentId, number, startedAt, deadlineAt, maxScore, questions } = attempt;
  const [started] = await prisma.$queryRaw<{ id: string }[]>`
    WITH started AS (
      INSERT INTO attempts (quiz_id, enrolment_id, number, started_at, deadline_at, max_score)
      VALUES (${quizId}::uuid, ${enrolmentId}::uuid, ${number}::int, ${startedAt}::timestamptz,
        ${deadlineAt}::timestamptz, ${maxScore}::numeric)
      ON CONFLICT DO NOTHING RETURNING id
    ), drawn AS (
      INSERT INTO attempt_answers (attempt_id, question_id, points, position)
      SELECT started.id, d.question_id, d.points, d.number - 1
      FROM started, unnest(${questions.map(({ questionId }) => questionId)}::uuid[],
        ${questions.map(({ points }) => points)}::numeric[])
        WITH ORDINALITY AS d (question_id, points, number)
    )
    SELECT id FROM started`;
  return started?.id;
}
