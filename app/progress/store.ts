/** SQL of progress: one statement to read all of an enrolment's, one to write all that changed. */
import { Prisma } from '../database/generated/client.ts';
import type { Lesson, LessonState } from './progress.ts';

type Asker = Pick<Prisma.TransactionClient, '$queryRaw'>;

interface Row extends Lesson {
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

export async function readProgress(
  prisma: Asker,
  { enrolmentId, courseId }: { readonly enrolmentId: string; readonly courseId: string },
): Promise<Progress> {
  const rows = await prisma.$queryRaw<Row[]>`
    SELECT l.id, l.required, l.release_at AS "releaseAt",
      EXISTS (SELECT FROM quizzes q WHERE q.lesson_id = l.id AND q.published_at IS NOT NULL) AS "hasQuiz",
      ARRAY(SELECT required_id::text FROM lesson_prerequisites r WHERE r.lesson_id = l.id) AS requires,
      p.started_at AS "startedAt", p.completed_at AS "completedAt",
      p.position_seconds AS "positionSeconds", p.position_at AS "positionAt",
      p.last_event_at AS "lastEventAt"
    FROM lessons l
    JOIN modules m ON m.id = l.module_id
    LEFT JOIN lesson_progress p ON p.lesson_id = l.id AND p.enrolment_id = ${enrolmentId}::uuid
    WHERE l.course_id = ${courseId}::uuid
    ORDER BY m.position, l.position`;
  return {
    lessons: new Map(rows.map((row) => [row.id, row])),
    states: new Map(rows.flatMap((row) => toState(row))),
  };
}

function toState(row: Row): [string, LessonState][] {
  const { id, startedAt, completedAt, positionAt, lastEventAt } = row;
  if (!startedAt || !lastEventAt) return [];
  const positionSeconds = row.positionSeconds ?? 0;
  return [[id, { startedAt, completedAt, positionSeconds, positionAt, lastEventAt }]];
}

/** Remember events as taken in. @returns the ids of those that were not before */
export async function rememberEvents(
  tx: Asker,
  enrolmentId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO progress_events (enrolment_id, client_event_id)
    SELECT ${enrolmentId}::uuid, id FROM unnest(${ids}::uuid[]) AS id
    ON CONFLICT DO NOTHING
    RETURNING client_event_id AS id`;
  return new Set(rows.map(({ id }) => id));
}

/** Refused events are forgotten again: sent later, when the lesson is open, they count. */
export async function forgetEvents(
  tx: Pick<Prisma.TransactionClient, 'progressEvent'>,
  enrolmentId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx.progressEvent.deleteMany({ where: { enrolmentId, clientEventId: { in: [...ids] } } });
}

export async function saveStates(
  tx: Pick<Prisma.TransactionClient, '$executeRaw'>,
  enrolmentId: string,
  states: ReadonlyMap<string, LessonState>,
): Promise<void> {
  if (states.size === 0) return;
  const rows = [...states].map(
    ([lessonId, { startedAt, completedAt, positionSeconds, positionAt, lastEventAt }]) =>
      Prisma.sql`(${enrolmentId}::uuid, ${lessonId}::uuid, ${startedAt}::timestamptz,
        ${completedAt}::timestamptz, ${positionSeconds}::int, ${positionAt}::timestamptz,
        ${lastEventAt}::timestamptz)`,
  );
  await tx.$executeRaw`
    INSERT INTO lesson_progress (enrolment_id, lesson_id, started_at, completed_at,
      position_seconds, position_at, last_event_at)
    VALUES ${Prisma.join(rows)}
    ON CONFLICT (enrolment_id, lesson_id) DO UPDATE SET
      started_at = excluded.started_at, completed_at = excluded.completed_at,
      position_seconds = excluded.position_seconds, position_at = excluded.position_at,
      last_event_at = excluded.last_event_at`;
}
