/** Changes of one enrolment, each a transaction that holds the course's row. */
import type { PrismaClient } from '../database/generated/client.ts';
import { conflict, notFound } from '../problem.ts';
import {
  type Action,
  freeSeats,
  nextStatus,
  objectionToEnrol,
  type Status,
  seatIsFree,
} from './enrolment.ts';
import {
  findStanding,
  type LockedCourse,
  lockCourse,
  promoteWaiting,
  saveStatus,
  type Transaction,
} from './store.ts';

export interface Target {
  readonly courseId: string;
  readonly userId: string;
}

/** Who asks, and so which rules of the course's offer hold; `system` is bound by none. */
export type Asker = 'learner' | 'teacher' | 'system';

export interface Outcome {
  readonly id: string;
  readonly status: Status;
  /** Enrolments that got the seat which this change freed. */
  readonly promoted: readonly string[];
}

/**
 * Apply `action` to the learner's enrolment in the course.
 *
 * @throws Problem 404 without such a course, 409 when the course or the enrolment does not allow it
 */
export async function changeEnrolment(
  prisma: Pick<PrismaClient, '$transaction'>,
  target: Target,
  action: Action,
  by: Asker,
  now: Date,
): Promise<Outcome> {
  return prisma.$transaction((tx) => changeWithin(tx, target, action, by, now));
}

/** The same within a transaction that goes on. */
export async function changeWithin(
  tx: Transaction,
  target: Target,
  action: Action,
  by: Asker,
  now: Date,
): Promise<Outcome> {
  const course = await lockCourse(tx, target.courseId);
  if (!course) throw notFound();
  const comesIn = action === 'seat' || action === 'accept';
  if (comesIn || action === 'invite') checkOffer(course, by, now);
  const { from, waiting } = await findStanding(tx, target);
  const free = seatIsFree(course, comesIn ? waiting : 0);
  const status = nextStatus(from, action, free);
  if (!status) throw refusal(from, action);
  const id = await saveStatus(tx, { ...target, status, isNew: from === undefined, now });
  if (from !== 'active') return { id, status, promoted: [] };
  const seats = freeSeats({ ...course, seatsTaken: course.seatsTaken - 1 });
  return { id, status, promoted: await promoteWaiting(tx, course.id, seats, now) };
}

function checkOffer(course: LockedCourse, by: Asker, now: Date): void {
  const objection = by === 'system' ? undefined : objectionToEnrol(course, by, now);
  if (objection) throw conflict(objection.code, objection.detail);
}

function refusal(from: Status | undefined, action: Action): Error {
  if (action === 'seat' && from) return conflict('already-enrolled', `The enrolment is ${from}.`);
  return conflict('enrolment-state', `The enrolment is ${from ?? 'not there'}.`);
}
