/** The catalogue as everybody sees it: browsing, searching and reading, from the caches. */
import type { Cache, CacheKind } from '../cache/cache.ts';
import type { Database } from '../database/client.ts';
import type { Cursors, Page } from '../http/cursor.ts';
import type { Caller } from '../http/route.ts';
import { notFound } from '../problem.ts';
import type { Course, ListedCourse } from './course.ts';
import { courseRights } from './rights.ts';
import { type CourseFilter, type CourseRow, findCourse, listCourses, positionOf } from './store.ts';

const page: CacheKind = { name: 'course', freshSeconds: 30, staleSeconds: 300, costly: true };
const list: CacheKind = { name: 'courses', freshSeconds: 30, staleSeconds: 300, costly: true };
const categories: CacheKind = {
  name: 'categories',
  freshSeconds: 300,
  staleSeconds: 3000,
  costly: true,
};
const listTag = 'courses';

export interface Category {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly position: number;
}

interface CatalogueParts {
  readonly database: Pick<Database, 'prisma' | 'readers'>;
  readonly cache: Cache;
  readonly cursors: Cursors;
}

export type Catalogue = ReturnType<typeof createCatalogue>;

export function createCatalogue({ database, cache, cursors }: CatalogueParts) {
  const loadPage = (filter: CourseFilter, cursor: string | undefined, limit: number) => {
    const reader = database.readers.forAnyone();
    return cursors.page(
      { cursor, limit },
      {
        scope: scopeOf(filter),
        find: (bounds) => listCourses(reader, filter, bounds),
        positionOf: (row) => positionOf(row, filter.sort),
        show: ({ rank: _, ...course }: CourseRow): ListedCourse => course,
      },
    );
  };

  return {
    /** A page of published courses, and whether it is shared. Searches are too many to keep. */
    list: async (
      filter: CourseFilter,
      cursor: string | undefined,
      limit: number,
    ): Promise<{ readonly page: Page<ListedCourse>; readonly shared: boolean }> => {
      cursors.read(cursor, scopeOf(filter));
      const load = () => loadPage(filter, cursor, limit);
      if (filter.q !== undefined) return { page: await load(), shared: false };
      const key = JSON.stringify([...scopeOf(filter), cursor, limit]);
      const found = await cache.read(list, key, [listTag], load);
      return { page: found ?? (await load()), shared: true };
    },

    /**
     * A course with its outline, by id or slug. Everybody gets published and archived ones from the
     * caches; drafts come from the database, for those who may see them.
     *
     * @throws Problem 404
     */
    read: async (ref: string, caller: Caller | undefined): Promise<Course> => {
      const where = isId(ref) ? { id: ref } : { slug: ref };
      const key = ref.toLowerCase();
      const known = await cache.read(page, key, [tagOf(ref)], async () => {
        const course = await findCourse(database.readers.forAnyone(), where);
        return course?.status === 'draft' ? undefined : course;
      });
      if (known) return known;
      const course = caller && (await findCourse(database.prisma, where));
      if (!course) throw notFound();
      const { maySee } = await courseRights(database.prisma, course.id, caller);
      if (!maySee) throw notFound();
      return course;
    },

    categories: async (): Promise<{ readonly data: readonly Category[] }> => {
      const load = async () => ({
        data: await database.readers.forAnyone().category.findMany({
          orderBy: [{ position: 'asc' }, { slug: 'asc' }],
        }),
      });
      return (await cache.read(categories, 'all', [], load)) ?? load();
    },

    /** Call it after a change of a course is committed. @param listed whether lists show it too */
    forget: async (course: { id: string; slug: string }, listed: boolean): Promise<void> => {
      await cache.forgetTag(tagOf(course.id));
      await cache.forgetTag(tagOf(course.slug));
      if (listed) await cache.forgetTag(listTag);
    },

    forgetCategories: () => cache.forget(categories, 'all'),
  };
}

function scopeOf({ sort, q, category, level, language, free }: CourseFilter) {
  return ['courses', sort, q, category, level, language, free] as const;
}

function tagOf(ref: string): string {
  return `course:${ref.toLowerCase()}`;
}

function isId(ref: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(ref);
}
