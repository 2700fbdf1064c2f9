/** Enrolments as they are shown. */
import { z } from 'zod';
import { statuses } from './enrolment.ts';
import type { EnrolmentRow } from './store.ts';

const time = z.iso.datetime({ offset: true }).nullable();

export const enrolmentSchema = z
  .strictObject({
    id: z.uuid(),
    courseId: z.uuid(),
    courseTitle: z.string(),
    learnerId: z.uuid(),
    learnerName: z.string(),
    status: z.enum(statuses),
    waitlistPlace: z.int().min(1).nullable(),
    createdAt: z.iso.datetime({ offset: true }),
    activatedAt: time,
    completedAt: time,
    expiresAt: time,
  })
  .meta({ id: 'Enrolment' });

export function show({ version: _, ...enrolment }: EnrolmentRow) {
  return enrolment;
}
