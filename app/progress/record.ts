/** Recording progress, and what follows from the last required lesson: completion and certificate. */
import { issueCertificate } from '../certificates/issue.ts';
import type { Prisma, PrismaClient } from '../database/generated/client.ts';
import { changeWithin } from '../enrolments/change.ts';
import { holdEnrolment } from '../enrolments/lock.ts';
import { applyEvent, type Judged, type ProgressEvent, summarise, takeIn } from './progress.ts';
import { forgetEvents, type Progress, readProgress, rememberEvents, saveStates } from './store.ts';

type Transaction = Prisma.TransactionClient;

export interface Learner {
  readonly enrolmentId: string;
  readonly courseId: string;
  readonly userId: string;
}

export interface Recorded {
  readonly outcomes: readonly Judged[];
  readonly progress: Progress;
  /** The course became complete by this batch. */
  readonly completed: boolean;
}

/** Take in a batch of events; sent again, it changes nothing. */
export async function recordEvents(
  prisma: Pick<PrismaClient, '$transaction'>,
  learner: Learner,
  events: readonly ProgressEvent[],
  now: Date,
): Promise<Recorded> {
  const { enrolmentId } = learner;
  return prisma.$transaction(async (tx) => {
    await holdEnrolment(tx, enrolmentId);
    const ids = events.map(({ id }) => id);
    const fresh = await rememberEvents(tx, enrolmentId, ids);
    const before = await readProgress(tx, learner);
    const { outcomes, changed } = takeIn(events, fresh, before.lessons, before.states, now);
    const refused = outcomes.filter(({ outcome }) => outcome === 'refused');
    await forgetEvents(
      tx,
      enrolmentId,
      refused.map(({ id }) => id),
    );
    await saveStates(tx, enrolmentId, changed);
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
  await saveStates(tx, learner.enrolmentId, new Map([[lessonId, state]]));
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
