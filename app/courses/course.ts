/** What courses, modules and lessons look like from outside, and the rules of their states. */
import { z } from 'zod';

export const levels = ['beginner', 'intermediate', 'advanced'] as const;
export const statuses = ['draft', 'published', 'archived'] as const;
const lessonKinds = ['text', 'video', 'file', 'quiz', 'assignment'] as const;
export const courseRoles = ['teacher', 'assistant', 'designer', 'observer'] as const;

export type Status = (typeof statuses)[number];
export type CourseRole = (typeof courseRoles)[number];

const slug = z
  .string()
  .max(120)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens');
const title = z.string().trim().min(1).max(200);
const position = z.int();
const time = z.iso.datetime({ offset: true });

export const categorySchema = z
  .strictObject({ id: z.uuid(), slug, name: z.string(), position })
  .meta({ id: 'Category' });

const listed = {
  id: z.uuid(),
  slug,
  title: z.string(),
  summary: z.string(),
  category: slug,
  status: z.enum(statuses),
  level: z.enum(levels),
  language: z.string(),
  priceMinor: z.int(),
  currency: z.string().length(3),
  capacity: z.int().nullable(),
  startsAt: time.nullable(),
  endsAt: time.nullable(),
  publishedAt: time.nullable(),
};

/** A course as lists show it. */
export const listedCourseSchema = z.strictObject(listed).meta({ id: 'ListedCourse' });
export type ListedCourse = z.output<typeof listedCourseSchema>;

const lessonOutline = z.strictObject({
  id: z.uuid(),
  title: z.string(),
  kind: z.enum(lessonKinds),
  position,
  required: z.boolean(),
  durationSeconds: z.int().nullable(),
  releaseAt: time.nullable(),
});

const moduleOutline = z.strictObject({
  id: z.uuid(),
  title: z.string(),
  position,
  lessons: z.array(lessonOutline),
});

/** A course with its outline: titles of everything, content of nothing. */
export const courseSchema = z
  .strictObject({
    ...listed,
    description: z.string(),
    version: z.int(),
    modules: z.array(moduleOutline),
  })
  .meta({ id: 'Course' });
export type Course = z.output<typeof courseSchema>;

export const lessonSchema = z
  .strictObject({
    id: z.uuid(),
    courseId: z.uuid(),
    moduleId: z.uuid(),
    title: z.string(),
    kind: z.enum(lessonKinds),
    body: z.string(),
    mediaUrl: z.string().nullable(),
    durationSeconds: z.int().nullable(),
    position,
    required: z.boolean(),
    releaseAt: time.nullable(),
    version: z.int(),
    prerequisites: z.array(z.uuid()),
    /** The lesson's quiz, if it has one. */
    quizId: z.uuid().nullable(),
  })
  .meta({ id: 'Lesson' });
export type Lesson = z.output<typeof lessonSchema>;

const dates = { startsAt: time.nullable(), endsAt: time.nullable() };
const courseFields = {
  slug,
  title,
  summary: z.string().trim().max(500),
  description: z.string().max(20_000),
  categoryId: z.uuid(),
  level: z.enum(levels),
  language: z.string().min(2).max(35),
  priceMinor: z.int().min(0).max(100_000_000),
  currency: z.string().regex(/^[A-Z]{3}$/),
  capacity: z.int().min(1).max(1_000_000).nullable(),
  ...dates,
};

export const newCourseSchema = z.strictObject({
  ...courseFields,
  summary: courseFields.summary.default(''),
  description: courseFields.description.default(''),
  level: courseFields.level.default('beginner'),
  language: courseFields.language.default('en'),
  priceMinor: courseFields.priceMinor.default(0),
  currency: courseFields.currency.default('EUR'),
  capacity: courseFields.capacity.default(null),
  startsAt: dates.startsAt.default(null),
  endsAt: dates.endsAt.default(null),
});

export const courseChangeSchema = z.strictObject(courseFields).partial();
export type CourseChange = z.output<typeof courseChangeSchema>;

export const moduleChangeSchema = z.strictObject({ title });

const lessonFields = {
  title,
  body: z.string().max(90_000),
  mediaUrl: z
    .url({ protocol: /^https$/ })
    .max(2000)
    .nullable(),
  durationSeconds: z.int().min(1).max(86_400).nullable(),
  required: z.boolean(),
  releaseAt: time.nullable(),
};

export const newLessonSchema = z.strictObject({
  ...lessonFields,
  kind: z.enum(lessonKinds),
  body: lessonFields.body.default(''),
  mediaUrl: lessonFields.mediaUrl.default(null),
  durationSeconds: lessonFields.durationSeconds.default(null),
  required: lessonFields.required.default(true),
  releaseAt: lessonFields.releaseAt.default(null),
});
export type NewLesson = z.output<typeof newLessonSchema>;

export const lessonChangeSchema = z.strictObject(lessonFields).partial();
export type LessonChange = z.output<typeof lessonChangeSchema>;

/** Any order of one or more things, each named once. */
export const orderSchema = z.strictObject({
  ids: z
    .array(z.uuid())
    .min(1)
    .max(1000)
    .refine((ids) => new Set(ids).size === ids.length, { error: 'each may be named only once' }),
});

/**
 * Why a course may not go from one status to another; undefined when it may.
 *
 * A draft is published once it has lessons; what was published can be archived and come back, but
 * never be a draft again: learners have seen it.
 */
export function statusObjection(from: Status, to: Status, lessons: number): string | undefined {
  if (from === to) return `The course is ${from} already.`;
  if (to === 'draft') return 'What was published cannot become a draft again.';
  if (from === 'draft' && to === 'archived') return 'A draft has nothing to archive; delete it.';
  if (to === 'published' && lessons === 0) return 'A course without lessons cannot be published.';
  return undefined;
}

/** What stands between a learner and a lesson's content. */
export interface LessonGate {
  readonly isStaff: boolean;
  readonly isEnrolled: boolean;
  readonly releaseAt: string | null;
  /** Prerequisites that the learner has not completed. */
  readonly openPrerequisites: number;
}

/** Why the content stays closed, in a code for clients; undefined when it is open. */
export function lessonObjection(
  gate: LessonGate,
  now: Date,
): 'not-enrolled' | 'not-released' | 'prerequisites' | undefined {
  if (gate.isStaff) return undefined;
  if (!gate.isEnrolled) return 'not-enrolled';
  if (gate.releaseAt && new Date(gate.releaseAt) > now) return 'not-released';
  return gate.openPrerequisites > 0 ? 'prerequisites' : undefined;
}
