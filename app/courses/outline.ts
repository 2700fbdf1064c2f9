/** Writing a course's outline: modules, lessons, their order and what they require. */
import { z } from 'zod';
import type { PrismaClient } from '../database/generated/client.ts';
import { versionRead } from '../http/precondition.ts';
import { type Caller, type Route, signedInRoute } from '../http/route.ts';
import { notFound } from '../problem.ts';
import { type AuthoringParts, changed, editable } from './authoring.ts';
import { lessonChangeSchema, moduleChangeSchema, newLessonSchema, orderSchema } from './course.ts';
import * as edit from './edit-outline.ts';

const tag = 'authoring';
const created = z.strictObject({ id: z.uuid(), position: z.int() });
const versioned = z.strictObject({ id: z.uuid(), version: z.int() });
const courseId = z.strictObject({ courseId: z.uuid() });
const moduleId = z.strictObject({ moduleId: z.uuid() });
const lessonId = z.strictObject({ lessonId: z.uuid() });

/** Routes for editors of a course. Each change raises the course's version, and answers it. */
export function outlineRoutes(parts: AuthoringParts): readonly Route[] {
  return [...moduleRoutes(parts), ...lessonRoutes(parts)];
}

async function editableModule(prisma: PrismaClient, id: string, caller: Caller) {
  const select = { id: true, courseId: true };
  const module = await prisma.module.findUnique({ where: { id }, select });
  if (!module) throw notFound();
  await editable(prisma, module.courseId, caller);
  return module;
}

async function editableLesson(prisma: PrismaClient, id: string, caller: Caller) {
  const select = { id: true, courseId: true, kind: true };
  const lesson = await prisma.lesson.findUnique({ where: { id }, select });
  if (!lesson) throw notFound();
  await editable(prisma, lesson.courseId, caller);
  return lesson;
}

function moduleRoutes({ prisma, catalogue }: AuthoringParts): readonly Route[] {
  return [
    signedInRoute({
      method: 'post',
      path: '/api/v1/courses/{courseId}/modules',
      summary: 'Add a module at the end',
      tag,
      params: courseId,
      body: moduleChangeSchema,
      answers: { 201: created },
      answer: async ({ caller, params, body }) => {
        await editable(prisma, params.courseId, caller);
        const { course, result } = await edit.addModule(prisma, params.courseId, body.title);
        await catalogue.forget(course, false);
        return { status: 201, body: result };
      },
    }),
    signedInRoute({
      method: 'put',
      path: '/api/v1/courses/{courseId}/modules/order',
      summary: 'Put all modules of a course into an order, at once',
      tag,
      params: courseId,
      body: orderSchema,
      answers: { 200: versioned },
      answer: async ({ caller, params, body }) => {
        await editable(prisma, params.courseId, caller);
        const { course } = await edit.orderModules(prisma, params.courseId, body.ids);
        await catalogue.forget(course, false);
        return changed(course);
      },
    }),
    signedInRoute({
      method: 'patch',
      path: '/api/v1/modules/{moduleId}',
      summary: 'Rename a module',
      tag,
      params: moduleId,
      body: moduleChangeSchema,
      answers: { 200: versioned },
      answer: async ({ caller, params, body }) => {
        const module = await editableModule(prisma, params.moduleId, caller);
        const { course } = await edit.renameModule(prisma, module, body.title);
        await catalogue.forget(course, false);
        return changed(course);
      },
    }),
    signedInRoute({
      method: 'delete',
      path: '/api/v1/modules/{moduleId}',
      summary: 'Remove a module with its lessons',
      tag,
      params: moduleId,
      answers: { 200: versioned },
      answer: async ({ caller, params }) => {
        const module = await editableModule(prisma, params.moduleId, caller);
        const { course } = await edit.removeModule(prisma, module);
        await catalogue.forget(course, false);
        return changed(course);
      },
    }),
  ];
}

function lessonRoutes({ prisma, catalogue }: AuthoringParts): readonly Route[] {
  return [
    signedInRoute({
      method: 'post',
      path: '/api/v1/modules/{moduleId}/lessons',
      summary: 'Add a lesson at the end',
      tag,
      params: moduleId,
      body: newLessonSchema,
      answers: { 201: created },
      answer: async ({ caller, params, body }) => {
        const module = await editableModule(prisma, params.moduleId, caller);
        const { course, result } = await edit.addLesson(prisma, module, body);
        await catalogue.forget(course, false);
        return { status: 201, body: result };
      },
    }),
    signedInRoute({
      method: 'put',
      path: '/api/v1/modules/{moduleId}/lessons/order',
      summary: 'Put all lessons of a module into an order, at once',
      tag,
      params: moduleId,
      body: orderSchema,
      answers: { 200: versioned },
      answer: async ({ caller, params, body }) => {
        const module = await editableModule(prisma, params.moduleId, caller);
        const { course } = await edit.orderLessons(prisma, module, body.ids);
        await catalogue.forget(course, false);
        return changed(course);
      },
    }),
    signedInRoute({
      method: 'patch',
      path: '/api/v1/lessons/{lessonId}',
      summary: 'Change a lesson; needs If-Match',
      tag,
      params: lessonId,
      body: lessonChangeSchema,
      answers: { 200: versioned },
      answer: async ({ caller, params, body, header }) => {
        const lesson = await editableLesson(prisma, params.lessonId, caller);
        const version = versionRead({ header }, 'l');
        const { course } = await edit.changeLesson(prisma, { ...lesson, version }, body);
        await catalogue.forget(course, false);
        return changed(course);
      },
    }),
    signedInRoute({
      method: 'put',
      path: '/api/v1/lessons/{lessonId}/prerequisites',
      summary: 'Set the lessons to be completed before this one',
      tag,
      params: lessonId,
      body: z.strictObject({ ids: z.array(z.uuid()).max(50) }),
      answers: { 200: versioned },
      answer: async ({ caller, params, body }) => {
        const lesson = await editableLesson(prisma, params.lessonId, caller);
        const { course } = await edit.setPrerequisites(prisma, lesson, [...new Set(body.ids)]);
        await catalogue.forget(course, false);
        return changed(course);
      },
    }),
    signedInRoute({
      method: 'delete',
      path: '/api/v1/lessons/{lessonId}',
      summary: 'Remove a lesson',
      tag,
      params: lessonId,
      answers: { 200: versioned },
      answer: async ({ caller, params }) => {
        const lesson = await editableLesson(prisma, params.lessonId, caller);
        const { course } = await edit.removeLesson(prisma, lesson);
        await catalogue.forget(course, false);
        return changed(course);
      },
    }),
  ];
}
