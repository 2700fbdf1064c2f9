/** One transaction at a time for what belongs to one enrolment: its progress, attempts, completion. */
import { Prisma } from '../database/generated/client.ts';

/**
 * A column of a statement that holds the enrolment until the end of the transaction.
 *
 * Taken before any row lock. It is no row lock itself, because changes of enrolments hold the course's row first: two
 * orders of locking would end in deadlocks. The statement that waits here sees what was there before it waited; what
 * must be true while the enrolment is held is read by a later one.
 *
 * @param id SQL for the enrolment's id
 */
export function holding(id: Prisma.Sql): Prisma.Sql {
  // As text, because Prisma cannot read the type void.
  return Prisma.sql`pg_advisory_xact_lock(hashtextextended(${id}::text, 0))::text AS held`;
}
