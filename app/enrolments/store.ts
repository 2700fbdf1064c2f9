/** SQL of enrolments. Whoever gives or frees a seat holds the course's row, so capacity is exact. */
import type { PrismaClient } from '../database/generated/client.ts';
import { Prisma } from '../database/generated/client.ts';
import type { Bounds } from '../http/cursor.ts';
import type { Offer, Seats, Status } from './enrolment.ts';

export type Transaction = Prisma.TransactionClient;

export interface LockedCourse extends Seats, Offer {
  readonly id: string;
}

export interface EnrolmentRow {
  readonly id: string;
  readonly courseId: string;
  readonly courseTitle: string;
  readonly learnerId: string;
  readonly learnerName: string;
  readonly status: Status;
  /** 1 is next; null unless waitlisted. */
  readonly waitlistPlace: number | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
  readonly completedAt: Date | null;
  readonly expiresAt: Date | null;
}

const selectRows = Prisma.sql`
  SELECT e.id, e.course_id AS "courseId", c.title AS "courseTitle", e.user_id AS "learnerId",
    u.display_name AS "learnerName", e.status::text AS status, e.version, e.created_at AS "createdAt",
    e.activated_at AS "activatedAt", e.completed_at AS "completedAt", e.expires_at AS "expiresAt",
    CASE WHEN e.status = 'waitlisted' THEN (
      SELECT count(*)::int FROM enrolments w
      WHERE w.course_id = e.course_id AND w.waitlist_ticket <= e.waitlist_ticket
    ) END AS "waitlistPlace"
  FROM enrolments e
  JOIN courses c ON c.id = e.course_id
  JOIN users u ON u.id = e.user_id`;

/** Which enrolments a list shows: one learner's, or one course's. */
export type Whose = { readonly learnerId: string } | { readonly courseId: string };

export interface ListOptions extends Bounds {
  readonly whose: Whose;
  readonly status: Status | undefined;
}

/** Newest first. */
export function listStatement({ whose, status, after, limit }: ListOptions): Prisma.Sql {
  const owner =
    'learnerId' in whose
      ? Prisma.sql`e.user_id = ${whose.learnerId}::uuid`
      : Prisma.sql`e.course_id = ${whose.courseId}::uuid`;
  const inStatus = status ? Prisma.sql`AND e.status = ${status}::enrolment_status` : Prisma.empty;
  const further = after
    ? Prisma.sql`AND (e.created_at, e.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
    : Prisma.empty;
  return Prisma.sql`${selectRows} WHERE ${owner} ${inStatus} ${further}
    ORDER BY e.created_at DESC, e.id DESC LIMIT ${limit}`;
}

/** Reads outside transactions. */
export async function findEnrolment(
  prisma: Pick<PrismaClient, '$queryRaw'>,
  id: string,
): Promise<EnrolmentRow | undefined> {
  const [row] = await prisma.$queryRaw<EnrolmentRow[]>`${selectRows} WHERE e.id = ${id}::uuid`;
  return row;
}

/** Hold the course's row until the end of the transaction; undefined when there is none. */
export async function lockCourse(tx: Transaction, id: string): Promise<LockedCourse | undefined> {
  const [course] = await tx.$queryRaw<LockedCourse[]>`
    SELECT id, status::text AS status, capacity, seats_taken AS "seatsTaken", ends_at AS "endsAt",
      price_minor AS "priceMinor"
    FROM courses WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  return course;
}

/** Where a learner stands in a course, and how many wait for a seat in it. */
export interface Standing {
  /** Undefined without an enrolment. */
  readonly from: Status | undefined;
  readonly waiting: number;
}

/** The course's row is held. */
export async function findStanding(
  tx: Transaction,
  { courseId, userId }: { readonly courseId: string; readonly userId: string },
): Promise<Standing> {
  const [row] = await tx.$queryRaw<{ status: Status | null; waiting: number }[]>`
    SELECT
      (SELECT status::text FROM enrolments
        WHERE course_id = ${courseId}::uuid AND user_id = ${userId}::uuid) AS status,
      (SELECT count(*)::int FROM enrolments
        WHERE course_id = ${courseId}::uuid AND waitlist_ticket IS NOT NULL) AS waiting`;
  return { from: row?.status ?? undefined, waiting: row?.waiting ?? 0 };
}

/**
 * Give free seats to those who wait, in the order of their tickets. The course's row is held.
 *
 * @param seats free ones
 * @returns the enrolments that became active
 */
export async function promoteWaiting(
  tx: Transaction,
  courseId: string,
  seats: number,
  now: Date,
): Promise<readonly string[]> {
  if (seats === 0) return [];
  const limit = Number.isFinite(seats) ? seats : null;
  const promoted = await tx.$queryRaw<{ id: string }[]>`
    UPDATE enrolments
    SET status = 'active', waitlist_ticket = NULL, activated_at = ${now}::timestamptz,
      updated_at = ${now}::timestamptz, version = version + 1
    WHERE id IN (${waitingStatement(courseId, limit)})
    RETURNING id`;
  return promoted.map(({ id }) => id);
}

/** Who waits in a course, in order. @param limit null: everybody */
export function waitingStatement(courseId: string, limit: number | null): Prisma.Sql {
  return Prisma.sql`
    SELECT id FROM enrolments WHERE course_id = ${courseId}::uuid AND waitlist_ticket IS NOT NULL
    ORDER BY waitlist_ticket LIMIT ${limit}`;
}

export interface Change {
  readonly courseId: string;
  readonly userId: string;
  readonly status: Status;
  /** Whether the learner has no enrolment in the course so far. */
  readonly isNew: boolean;
  readonly now: Date;
}

/** Put the learner's enrolment into a state, with the dates and the ticket that belong to it. */
export async function saveStatus(tx: Transaction, change: Change): Promise<string> {
  const { courseId, userId, status, now } = change;
  const waitlistTicket = status === 'waitlisted' ? await nextTicket(tx, courseId) : null;
  const fields = {
    status,
    waitlistTicket,
    completedAt: status === 'completed' ? now : null,
    ...(status === 'active' && { activatedAt: now }),
  };
  const select = { id: true };
  if (change.isNew) {
    const data = { courseId, userId, createdAt: now, ...fields };
    return (await tx.enrolment.create({ data, select })).id;
  }
  const where = { courseId_userId: { courseId, userId } };
  const data = { ...fields, version: { increment: 1 } };
  return (await tx.enrolment.update({ where, data, select })).id;
}

async function nextTicket(tx: Transaction, courseId: string): Promise<number> {
  const { _max: max } = await tx.enrolment.aggregate({
    where: { courseId },
    _max: { waitlistTicket: true },
  });
  return (max.waitlistTicket ?? 0) + 1;
}

/** Courses with a free seat and somebody waiting for it. */
export async function findPromotable(
  prisma: Pick<PrismaClient, '$queryRaw'>,
  limit: number,
): Promise<readonly string[]> {
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM courses c
    WHERE (c.capacity IS NULL OR c.seats_taken < c.capacity)
      AND EXISTS (SELECT FROM enrolments e WHERE e.course_id = c.id AND e.waitlist_ticket IS NOT NULL)
    LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

/** Active enrolments whose time is over. */
export async function findOverdue(
  prisma: Pick<PrismaClient, 'enrolment'>,
  now: Date,
  limit: number,
): Promise<readonly { readonly courseId: string; readonly userId: string }[]> {
  return prisma.enrolment.findMany({
    where: { status: 'active', expiresAt: { lte: now } },
    select: { courseId: true, userId: true },
    orderBy: { expiresAt: 'asc' },
    take: limit,
  });
}
