/** Learners and teachers of a course, for integration tests. */
import { z } from 'zod';
import type { TestApi } from './api.ts';
import { newPerson, type Person } from './people.ts';

const created = z.object({ id: z.uuid() });

/** Somebody new who teaches the course. @param admin an administrator's token */
export async function newTeacher(api: TestApi, admin: string, courseId: string): Promise<Person> {
  const teacher = await newPerson(api);
  const target = `PUT /api/v1/courses/${courseId}/staff/${teacher.id}`;
  await api.call(target, { token: admin, body: { roles: ['teacher'] } });
  return teacher;
}

export interface Learner extends Person {
  readonly enrolmentId: string;
}

/** Somebody new who has enrolled in the course. */
export async function newLearner(api: TestApi, courseId: string): Promise<Learner> {
  const person = await newPerson(api);
  const target = `POST /api/v1/courses/${courseId}/enrolments`;
  const reply = await api.call(target, { token: person.token, body: {} });
  return { ...person, enrolmentId: created.parse(reply.body).id };
}
