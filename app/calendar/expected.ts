/** Who is about to come: learners of courses in which an exam or a lesson opens, told ahead of time. */
import type { PrismaClient } from '../database/generated/client.ts';
import { Prisma } from '../database/generated/client.ts';

/** Learners are expected for so long after an opening whose end nobody has set. */
const arrivalSeconds = 30 * 60;
/** Later than this after an opening nobody is expected any more: what stays open for days is no exam. */
const longestMs = 4 * 3_600_000;

/**
 * Count the distinct active learners who are expected between `now` and `leadMs` from now.
 *
 * A published quiz with an opening time draws the learners of its course from `opensAt` to `closesAt`; without that
 * for its time limit, and for half an hour at least. A lesson with a release time draws them for its duration, and
 * for half an hour at least. Nothing draws longer than four hours.
 */
export async function countExpected(
  prisma: Pick<PrismaClient, '$queryRaw'>,
  now: Date,
  leadMs: number,
): Promise<number> {
  const [row] = await prisma.$queryRaw<{ learners: number }[]>(expectedStatement(now, leadMs));
  return row?.learners ?? 0;
}

/** Reads only what opens within a bounded time around `now`, so it costs the same however long the calendar is. */
export function expectedStatement(now: Date, leadMs: number): Prisma.Sql {
  const at = Prisma.sql`${now}::timestamptz`;
  const after = Prisma.sql`${new Date(now.getTime() - longestMs)}::timestamptz`;
  const until = Prisma.sql`${new Date(now.getTime() + leadMs)}::timestamptz`;
  return Prisma.sql`
    SELECT count(DISTINCT e.user_id)::int AS learners
    FROM enrolments e
    WHERE e.status = 'active' AND e.course_id IN (
      SELECT course_id FROM quizzes
      WHERE published_at IS NOT NULL AND opens_at > ${after} AND opens_at <= ${until}
        AND coalesce(closes_at, opens_at
          + make_interval(secs => greatest(time_limit_seconds, ${arrivalSeconds}::int))) > ${at}
      UNION
      SELECT course_id FROM lessons
      WHERE release_at > ${after} AND release_at <= ${until}
        AND release_at + make_interval(secs => greatest(duration_seconds, ${arrivalSeconds}::int)) > ${at}
    )`;
}
