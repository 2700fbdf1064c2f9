/** What a caller may do in a course beside learning, from their roles in it and on the platform. */
import type { PrismaClient } from '../database/generated/client.ts';
import type { Caller } from '../http/route.ts';
import { forbidden, notFound } from '../problem.ts';
import type { CourseRole, Status } from './course.ts';

export interface CourseRights {
  /** See drafts and every lesson's content. */
  readonly maySee: boolean;
  /** Change content and status. */
  readonly mayEdit: boolean;
  /** See and override grades, enrol learners. */
  readonly mayTeach: boolean;
}

const none: CourseRights = { maySee: false, mayEdit: false, mayTeach: false };
const all: CourseRights = { maySee: true, mayEdit: true, mayTeach: true };

/** The rights that come with these roles. */
export function rightsOf(
  platformRole: Caller['platformRole'],
  roles: readonly CourseRole[],
): CourseRights {
  if (platformRole === 'administrator' || roles.includes('teacher')) return all;
  const designs = roles.includes('designer');
  const assists = roles.includes('assistant');
  return {
    maySee: designs || assists || platformRole === 'support',
    mayEdit: designs,
    mayTeach: assists,
  };
}

/** The caller's rights in a course, read now: a role taken away counts at once. */
export async function courseRights(
  prisma: Pick<PrismaClient, 'courseRole'>,
  courseId: string,
  caller: Caller | undefined,
): Promise<CourseRights> {
  if (!caller) return none;
  const { userId, platformRole } = caller;
  if (platformRole === 'administrator') return all;
  const rows = await prisma.courseRole.findMany({
    where: { courseId, userId },
    select: { role: true },
  });
  return rightsOf(
    platformRole,
    rows.map(({ role }) => role),
  );
}

/**
 * Insist on a right.
 *
 * @param status of the course; a draft does not exist for those who may not see it
 * @throws Problem 404 or 403
 */
export function requireRight(
  rights: CourseRights,
  right: 'mayEdit' | 'mayTeach',
  status: Status,
): void {
  if (rights[right]) return;
  throw status === 'draft' && !rights.maySee ? notFound() : forbidden();
}
