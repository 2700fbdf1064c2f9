/** What the routes of enrolments share: their parts, their tag and the ids in their paths. */
import { z } from 'zod';
import type { Database } from '../database/client.ts';
import type { Cursors } from '../http/cursor.ts';

export interface EnrolmentParts {
  readonly database: Pick<Database, 'prisma' | 'readers'>;
  readonly cursors: Cursors;
  readonly now?: () => Date;
}

export const tag = 'enrolments';
export const inCourse = z.strictObject({ courseId: z.uuid() });
export const ofEnrolment = z.strictObject({ enrolmentId: z.uuid() });
