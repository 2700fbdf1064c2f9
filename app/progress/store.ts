/** SQL of progress: a statement to read all of an enrolment's, a statement to write all that changed. */
import { Prisma } from '../database/generated/client.ts';
import type { Status } from '../enrolments/enrolment.ts';
import { holding } from '../enrolments/lock.ts';
import type { Lesson, LessonState } from './progress.ts';

type Asker = Pick<Prisma.TransactionClient, '$queryRaw'>;

/** Somebody in a course. */
export interface Learner {
  readonly enrolmentId: string;
  readonly courseId: string;
  readonly userId: string;
}

/** A lesson, or nulls where the course has none. */
interface Row extends Lesson {
  /** The same in each row. */
  readonly known: readonly string[];
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
  readonly positionSeconds: number | null;
  readonly positionAt: Date | null;
  readonly lastEventAt: Date | null;
}

/** The lessons of the enrolment's course in their order, and what is done of them. */
export interface Progress {
  readonly lessons: ReadonlyMap<string, Lesson>;
  readonly states: ReadonlyMap<string, LessonState>;
}

/** @returns undefined when the learner has no such enrolment; else it is held (enrolments/lock.ts) */
export async function holdLearner(
  tx: Asker,
  enrolmentId: string,
  userId: string,
): Promise<(Learner & { readonly status: Status }) | undefined> {
  const [row] = await tx.$queryRaw<(Learner & { readonly status: Status })[]>`
    SELECT e.id AS "enrolmentId", e.course_id AS "courseId", e.user_id AS "userId",
      e.status::text AS status, ${holding(Prisma.sql`e.id`)}
    FROM enrolments e WHERE e.id = ${enrolmentId}::uuid AND e.user_id = ${userId}::uuid`;
  return row;
}

/** @param eventIds of which to tell whether they were taken in before */
export async function readProgress(
  prisma: Asker,
  { enrolmentId, courseId }: Pick<Learner, 'enrolmentId' | 'courseId'>,
  eventIds: readonly string[] = [],
): Promise<Progress & { readonly known: ReadonlySet<string> }> {
  const rows = await prisma.$queryRaw<Row[]>`
    SELECT k.known, l.id, l.required, l.release_at AS "releaseAt",
      EXISTS (SELECT FROM quizzes q WHERE q.lesson_id = l.id AND q.published_at IS NOT NULL) AS "hasQuiz",
      ARRAY(SELECT required_id::text FROM lesson_prerequisites r WHERE r.lesson_id = l.id) AS requires,
      p.started_at AS "startedAt", p.completed_at AS "completedAt",
      p.position_seconds AS "positionSeconds", p.position_at AS "positionAt",
      p.last_event_at AS "lastEventAt"
    FROM (
      SELECT ARRAY(
        SELECT client_event_id::text FROM progress_events
        WHERE enrolment_id = ${enrolmentId}::uuid AND client_event_id = ANY(${eventIds}::uuid[])
      ) AS known
    ) k
    LEFT JOIN (lessons l JOIN modules m ON m.id = l.module_id) ON l.course_id = ${courseId}::uuid
    LEFT JOIN lesson_progress p ON p.lesson_id = l.id AND p.enrolment_id = ${enrolmentId}::uuid
    ORDER BY m.position, l.position`;
  const lessons = rows.filter(({ id }) => id !== null);
  return {
    known: new Set(rows[0]?.known),
    lessons: new Map(lessons.map((row) => [row.id, row])),
    states: new Map(lessons.flatMap((row) => toState(row))),
  };
}

function toState(row: Row): [string, LessonState][] {
  const { id, startedAt, completedAt, positionAt, lastEventAt } = row;
  if (!startedAt || !lastEventAt) return [];
  const positionSeconds = row.positionSeconds ?? 0;
  return [[id, { startedAt, completedAt, positionSeconds, positionAt, lastEventAt }]];
}

/** Write lessons' states, and which events have been taken in with them. */
export async function saveStates(
  tx: Pick<Prisma.TransactionClient, '$executeRaw'>,
  enrolmentId: string,
  states: ReadonlyMap<string, LessonState>,
  eventIds: readonly string[],
): Promise<void> {
  if (states.size === 0) return;
  const rows = [...states].map(
    ([lessonId, { startedAt, completedAt, positionSeconds, positionAt, lastEventAt }]) =>
      Prisma.sql`(${enrolmentId}::uuid, ${lessonId}::uuid, ${startedAt}::timestamptz,
        ${completedAt}::timestamptz, ${positionSeconds}::int, ${positionAt}::timestamptz,
        ${lastEventAt}::timestamptz)`,
  );
  await tx.$executeRaw`
    WITH remembered AS (
      INSERT INTO progress_events (enrolment_id, client_event_id)
      SELECT ${enrolmentId}::uuid, id FROM unnest(${eventIds}::uuid[]) AS id
    )
    INSERT INTO lesson_progress (enrolment_id, lesson_id, started_at, completed_at,
      position_seconds, position_at, last_event_at)
    VALUES ${Prisma.join(rows)}
    ON CONFLICT (enrolment_id, lesson_id) DO UPDATE SET
      started_at = excluded.started_at, completed_at = excluded.completed_at,
      position_seconds = excluded.position_seconds, position_at = excluded.position_at,
      last_event_at = excluded.last_event_at`;
}
