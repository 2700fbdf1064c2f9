/** Recording progress, and what follows from the last required lesson: completion and certificate. */
import { issueCertificate } from '../certificates/issue.ts';
import type { Prisma, PrismaClient } from '../database/generated/client.ts';
import { changeWithin } from '../enrolments/change.ts';
import { isLearning } from '../enrolments/enrolment.ts';
import { conflict, notFound } from '../problem.ts';
import { applyEvent, type Judged, type ProgressEvent, summarise, takeIn } from './progress.ts';
import { holdLearner, type Learner, type Progress, readProgress, saveStates } from './store.ts';

type Transaction = Prisma.TransactionClient;

export interface Recorded {
  readonly outcomes: readonly Judged[];
  readonly progress: Progress;
  /** The course became complete by this batch. */
  readonly completed: boolean;
}

/**
 * Take in a batch of events; sent again, it changes nothing.
 *
 * @throws Problem 404 when the learner has no such enrolment, 409 when it is not one to learn by
 */
export async function recordEvents(
  prisma: Pick<PrismaClient, '$transaction'>,
  { enrolmentId, userId }: Pick<Learner, 'enrolmentId' | 'userId'>,
  events: readonly ProgressEvent[],
  now: Date,
): Promise<Recorded> {
  return prisma.$transaction(async (tx) => {
    const learner = await holdLearner(tx, enrolmentId, userId);
    if (!learner) throw notFound();
    if (!isLearning(learner.status)) {
      throw conflict('enrolment-state', `The enrolment is ${learner.status}.`);
    }
    const ids = events.map(({ id }) => id);
    const { known, ...before } = await readProgress(tx, learner, ids);
    const fresh = new Set(ids.filter((id) => !known.has(id)));
    const { outcomes, changed } = takeIn(events, fresh, before.lessons, before.states, now);
    // Refused events are not remembered: sent later, when the lesson is open, they count.
    const applied = outcomes.flatMap(({ id, outcome }) => (outcome === 'applied' ? [id] : []));
    await saveStates(tx, enrolmentId, changed, applied);
    const states = new Map([...before.states, ...changed]);
    const progress = { lessons: before.lessons, states };
    const completed = changed.size > 0 && (await completeCourse(tx, learner, progress, now));
    return { outcomes, progress, completed };
  });
}

/** Mark one lesson completed on the learner's behalf: its quiz was passed. The enrolment is held. */
export async function completeLesson(
  tx: Transaction,
  learner: Learner,
  lessonId: string,
  now: Date,
): Promise<void> {
  const { lessons, states: before } = await readProgress(tx, learner);
  if (before.get(lessonId)?.completedAt) return;
  const event = { id: '', lessonId, type: 'completed', occurredAt: now } as const;
  const state = applyEvent(before.get(lessonId), event);
  await saveStates(tx, learner.enrolmentId, new Map([[lessonId, state]]), []);
  const states = new Map([...before, [lessonId, state] as const]);
  await completeCourse(tx, learner, { lessons, states }, now);
}

/** @returns whether the enrolment turned completed now */
async function completeCourse(
  tx: Transaction,
  { enrolmentId, courseId, userId }: Learner,
  { lessons, states }: Progress,
  now: Date,
): Promise<boolean> {
  const { requiredLessons, completedLessons } = summarise(lessons.values(), states);
  if (requiredLessons === 0 || completedLessons < requiredLessons) return false;
  const enrolment = await tx.enrolment.findUniqueOrThrow({ where: { id: enrolmentId } });
  if (enrolment.status !== 'active') return false;
  await changeWithin(tx, { courseId, userId }, 'complete', 'system', now);
  await issueCertificate(tx, enrolmentId, now);
  return true;
}
