/** Reporting and reading progress in a course. */
import { z } from 'zod';
import { courseRights } from '../courses/rights.ts';
import type { PrismaClient } from '../database/generated/client.ts';
import { type Caller, type Route, signedInRoute } from '../http/route.ts';
import { notFound } from '../problem.ts';
import { type LessonState, summarise } from './progress.ts';
import { recordEvents } from './record.ts';
import { type Progress, readProgress } from './store.ts';

interface ProgressParts {
  readonly prisma: PrismaClient;
  readonly now?: () => Date;
}

const tag = 'progress';
const maxEvents = 200;
const time = z.iso.datetime({ offset: true });
const byEnrolment = z.strictObject({ enrolmentId: z.uuid() });

const batchBody = z.strictObject({
  events: z
    .array(
      z.strictObject({
        id: z.uuid().transform((id) => id.toLowerCase()),
        lessonId: z.uuid().transform((id) => id.toLowerCase()),
        type: z.enum(['started', 'position', 'completed']),
        positionSeconds: z.int().min(0).max(1_000_000).optional(),
        occurredAt: time.transform((text) => new Date(text)),
      }),
    )
    .min(1)
    .max(maxEvents),
});

const summary = {
  percent: z.int().min(0).max(100),
  requiredLessons: z.int(),
  completedLessons: z.int(),
  resume: z.strictObject({ lessonId: z.uuid(), positionSeconds: z.int() }).nullable(),
};

const progressSchema = z
  .strictObject({
    ...summary,
    lessons: z.array(
      z.strictObject({
        lessonId: z.uuid(),
        required: z.boolean(),
        startedAt: time.nullable(),
        completedAt: time.nullable(),
        positionSeconds: z.int(),
      }),
    ),
  })
  .meta({ id: 'Progress' });

const syncedSchema = z.strictObject({
  ...summary,
  events: z.array(
    z.strictObject({
      id: z.uuid(),
      outcome: z.enum(['applied', 'duplicate', 'refused']),
      reason: z.string().optional(),
    }),
  ),
  courseCompleted: z.boolean(),
});

export function progressRoutes(parts: ProgressParts): readonly Route[] {
  return [syncRoute(parts), readRoute(parts)];
}

function syncRoute({ prisma, now = () => new Date() }: ProgressParts): Route {
  return signedInRoute({
    method: 'post',
    path: '/api/v1/enrolments/{enrolmentId}/progress-events',
    summary: 'Report what happened, also later and again: event ids make it safe',
    tag,
    params: byEnrolment,
    body: batchBody,
    answers: { 200: syncedSchema },
    answer: async ({ caller, params: { enrolmentId }, body }) => {
      const learner = { enrolmentId, userId: caller.userId };
      const recorded = await recordEvents(prisma, learner, body.events, now());
      const events = recorded.outcomes;
      const courseCompleted = recorded.completed;
      return { status: 200, body: { ...summaryOf(recorded.progress), events, courseCompleted } };
    },
  });
}

function readRoute({ prisma }: ProgressParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/enrolments/{enrolmentId}/progress',
    summary: 'Progress lesson by lesson, and where to go on',
    tag,
    params: byEnrolment,
    answers: { 200: progressSchema },
    answer: async ({ caller, params: { enrolmentId } }) => {
      const courseId = await courseSeenBy(prisma, enrolmentId, caller);
      const progress = await readProgress(prisma, { enrolmentId, courseId });
      const lessons = [...progress.lessons.values()].map(({ id, required }) => ({
        lessonId: id,
        required,
        ...showState(progress.states.get(id)),
      }));
      return { status: 200, body: { ...summaryOf(progress), lessons } };
    },
  });
}

/** The course of an enrolment that is the caller's own, or of a course they teach. */
async function courseSeenBy(
  prisma: PrismaClient,
  enrolmentId: string,
  caller: Caller,
): Promise<string> {
  const enrolment = await prisma.enrolment.findUnique({ where: { id: enrolmentId } });
  if (!enrolment) throw notFound();
  const { courseId, userId } = enrolment;
  if (userId === caller.userId) return courseId;
  const rights = await courseRights(prisma, courseId, caller);
  if (!rights.mayTeach) throw notFound();
  return courseId;
}

function summaryOf({ lessons, states }: Progress) {
  return summarise(lessons.values(), states);
}

function showState(state: LessonState | undefined) {
  return {
    startedAt: state?.startedAt ?? null,
    completedAt: state?.completedAt ?? null,
    positionSeconds: state?.positionSeconds ?? 0,
  };
}
