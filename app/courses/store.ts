/** SQL of the catalogue: lists by keyset, courses with their outline, lessons with what gates them. */
import { Prisma, type PrismaClient } from '../database/generated/client.ts';
import type { Bounds, Position } from '../http/cursor.ts';
import type { Course, CourseRole, Lesson, ListedCourse, Status } from './course.ts';

export const sorts = ['newest', 'title', 'relevance'] as const;
export type Sort = (typeof sorts)[number];

export interface CourseFilter {
  readonly sort: Sort;
  readonly q?: string | undefined;
  readonly category?: string | undefined;
  readonly level?: ListedCourse['level'] | undefined;
  readonly language?: string | undefined;
  readonly free?: boolean | undefined;
}

export interface CourseRow extends ListedCourse {
  /** Relevance of a search, as PostgreSQL writes it; null without one. */
  readonly rank: string | null;
}

interface Order {
  readonly by: Prisma.Sql;
  readonly after: (position: Position) => Prisma.Sql;
}

const rank = Prisma.sql`ts_rank(c.search, query.q)`;

/** Each sort key ends in the unique id, so that a page's end is one exact place. */
const orders: Readonly<Record<Sort, Order>> = {
  newest: {
    by: Prisma.sql`c.published_at DESC, c.id DESC`,
    after: ([at, id]) => Prisma.sql`(c.published_at, c.id) < (${at}::timestamptz, ${id}::uuid)`,
  },
  title: {
    by: Prisma.sql`c.title, c.id`,
    after: ([title, id]) => Prisma.sql`(c.title, c.id) > (${title}, ${id}::uuid)`,
  },
  relevance: {
    by: Prisma.sql`${rank} DESC, c.id DESC`,
    after: ([score, id]) => Prisma.sql`(${rank}, c.id) < (${score}::real, ${id}::uuid)`,
  },
};

/** The sort key of a row. */
export function positionOf(row: CourseRow, sort: Sort): Position {
  const first = { newest: row.publishedAt, title: row.title, relevance: row.rank }[sort];
  return [first, row.id];
}

const iso = (column: Prisma.Sql) =>
  Prisma.sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const listedColumns = Prisma.sql`
  c.id, c.slug, c.title, c.summary, category.slug AS category, c.status::text, c.level::text,
  c.language, c.price_minor AS "priceMinor", c.currency, c.capacity,
  ${iso(Prisma.sql`c.starts_at`)} AS "startsAt", ${iso(Prisma.sql`c.ends_at`)} AS "endsAt",
  ${iso(Prisma.sql`c.published_at`)} AS "publishedAt"`;

/** Published courses in order, after `position`; one statement. @param limit rows at most */
export function listCourses(
  prisma: PrismaClient,
  filter: CourseFilter,
  { after: position, limit }: Bounds,
): Promise<CourseRow[]> {
  const { sort, q, category, level, language, free } = filter;
  const order = orders[sort];
  const conditions = [
    Prisma.sql`c.status = 'published'`,
    ...(q === undefined ? [] : [Prisma.sql`c.search @@ query.q`]),
    ...(category === undefined
      ? []
      : [Prisma.sql`c.category_id = (SELECT id FROM categories WHERE slug = ${category})`]),
    ...(level === undefined ? [] : [Prisma.sql`c.level = ${level}::course_level`]),
    ...(language === undefined ? [] : [Prisma.sql`c.language = ${language}`]),
    ...(free === undefined
      ? []
      : [free ? Prisma.sql`c.price_minor = 0` : Prisma.sql`c.price_minor > 0`]),
    ...(position ? [order.after(position)] : []),
  ];
  const query =
    q === undefined
      ? Prisma.empty
      : Prisma.sql`CROSS JOIN websearch_to_tsquery('simple', ${q}) AS query(q)`;
  const score = sort === 'relevance' ? Prisma.sql`${rank}::text` : Prisma.sql`NULL`;
  return prisma.$queryRaw<CourseRow[]>`
    SELECT ${listedColumns}, ${score} AS rank
    FROM courses c JOIN categories category ON category.id = c.category_id ${query}
    WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY ${order.by} LIMIT ${limit}`;
}

/** The courses in which the user has a role, newest first; one statement. */
export function listCoursesOf(
  prisma: PrismaClient,
  userId: string,
  { after: position, limit }: Bounds,
): Promise<(ListedCourse & { readonly createdAt: string })[]> {
  const [at, id] = position ?? [];
  const after = position
    ? Prisma.sql`AND (c.created_at, c.id) < (${at}::timestamptz, ${id}::uuid)`
    : Prisma.empty;
  return prisma.$queryRaw`
    SELECT ${listedColumns}, ${iso(Prisma.sql`c.created_at`)} AS "createdAt"
    FROM courses c JOIN categories category ON category.id = c.category_id
    WHERE c.id IN (SELECT course_id FROM course_roles WHERE user_id = ${userId}::uuid) ${after}
    ORDER BY c.created_at DESC, c.id DESC LIMIT ${limit}`;
}

/** A course with its outline, by id or slug; one statement. */
export async function findCourse(
  prisma: PrismaClient,
  ref: { readonly id: string } | { readonly slug: string },
): Promise<Course | undefined> {
  const matches =
    'id' in ref ? Prisma.sql`c.id = ${ref.id}::uuid` : Prisma.sql`c.slug = ${ref.slug}`;
  const [course] = await prisma.$queryRaw<Course[]>`
    SELECT ${listedColumns}, c.description, c.version, coalesce((
      SELECT json_agg(json_build_object(
        'id', m.id, 'title', m.title, 'position', m.position, 'lessons', coalesce((
          SELECT json_agg(json_build_object(
            'id', l.id, 'title', l.title, 'kind', l.kind, 'position', l.position,
            'required', l.required, 'durationSeconds', l.duration_seconds,
            'releaseAt', ${iso(Prisma.sql`l.release_at`)}
          ) ORDER BY l.position)
          FROM lessons l WHERE l.module_id = m.id), '[]'::json)
      ) ORDER BY m.position)
      FROM modules m WHERE m.course_id = c.id), '[]'::json) AS modules
    FROM courses c JOIN categories category ON category.id = c.category_id
    WHERE ${matches}`;
  return course;
}

/** The few fields that rights and preconditions are judged by. */
export function findCourseState(prisma: PrismaClient, id: string) {
  return prisma.course.findUnique({
    where: { id },
    select: { id: true, slug: true, status: true, version: true, categoryId: true },
  });
}

export interface GatedLesson {
  readonly lesson: Lesson;
  readonly courseStatus: Status;
  readonly roles: readonly CourseRole[];
  readonly isEnrolled: boolean;
  readonly openPrerequisites: number;
}

/** A lesson with what stands between this user and its content; one statement. */
export async function findLesson(
  prisma: PrismaClient,
  id: string,
  userId: string,
): Promise<GatedLesson | undefined> {
  const [found] = await prisma.$queryRaw<GatedLesson[]>`
    SELECT c.status::text AS "courseStatus",
      ARRAY(SELECT r.role::text FROM course_roles r
        WHERE r.course_id = c.id AND r.user_id = ${userId}::uuid) AS roles,
      EXISTS (SELECT 1 FROM enrolments e
        WHERE e.course_id = c.id AND e.user_id = ${userId}::uuid
          AND e.status IN ('active', 'completed')
          AND (e.expires_at IS NULL OR e.expires_at > now())) AS "isEnrolled",
      (SELECT count(*)::int FROM lesson_prerequisites p
        WHERE p.lesson_id = l.id AND NOT EXISTS (
          SELECT 1 FROM lesson_progress done JOIN enrolments e ON e.id = done.enrolment_id
          WHERE e.course_id = c.id AND e.user_id = ${userId}::uuid
            AND done.lesson_id = p.required_id AND done.completed_at IS NOT NULL)
      ) AS "openPrerequisites",
      json_build_object(
        'id', l.id, 'courseId', l.course_id, 'moduleId', l.module_id, 'title', l.title,
        'kind', l.kind, 'body', l.body, 'mediaUrl', l.media_url,
        'durationSeconds', l.duration_seconds, 'position', l.position, 'required', l.required,
        'releaseAt', ${iso(Prisma.sql`l.release_at`)}, 'version', l.version,
        'prerequisites', coalesce((SELECT json_agg(p.required_id ORDER BY p.required_id)
          FROM lesson_prerequisites p WHERE p.lesson_id = l.id), '[]'::json),
        'quizId', (SELECT quiz.id FROM quizzes quiz WHERE quiz.lesson_id = l.id)
      ) AS lesson
    FROM lessons l JOIN courses c ON c.id = l.course_id
    WHERE l.id = ${id}::uuid`;
  return found;
}
