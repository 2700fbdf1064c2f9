/** Courses for integration tests, written through the API as an administrator would. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { TestApi } from './api.ts';

const created = z.object({ id: z.uuid() });

export interface TestCourse {
  readonly id: string;
  readonly slug: string;
  readonly moduleId: string;
  readonly lessonIds: readonly string[];
}

interface CourseOverrides {
  readonly title?: string;
  readonly description?: string;
  readonly language?: string;
  readonly capacity?: number | null;
  readonly level?: 'beginner' | 'intermediate' | 'advanced';
  readonly lessons?: number;
  readonly publish?: boolean;
}

/** A course with one module, published unless told otherwise. @param token an administrator's */
export async function newCourse(
  { call }: Pick<TestApi, 'call'>,
  token: string,
  { lessons = 2, publish = true, ...fields }: CourseOverrides = {},
): Promise<TestCourse> {
  const post = async (path: string, body: object) =>
    created.parse((await call(`POST ${path}`, { token, body })).body).id;
  const slug = `test-${randomBytes(6).toString('hex')}`;
  const categoryId = await post('/api/v1/categories', { slug, name: slug });
  const id = await post('/api/v1/courses', { slug, title: slug, categoryId, ...fields });
  const moduleId = await post(`/api/v1/courses/${id}/modules`, { title: 'One' });
  const lessonIds: string[] = [];
  for (let number = 1; number <= lessons; number += 1) {
    const lesson = { title: `Lesson ${number}`, kind: 'text', body: 'Words.' };
    lessonIds.push(await post(`/api/v1/modules/${moduleId}/lessons`, lesson));
  }
  if (publish) await publishCourse({ call }, token, id);
  return { id, slug, moduleId, lessonIds };
}

/** Publish a draft in whatever version it is. */
export async function publishCourse({ call }: Pick<TestApi, 'call'>, token: string, id: string) {
  const { headers } = await call(`GET /api/v1/courses/${id}`, { token });
  const tag = headers.get('etag') ?? '';
  const body = { status: 'published' };
  return call(`PUT /api/v1/courses/${id}/status`, { token, body, headers: { 'if-match': tag } });
}
