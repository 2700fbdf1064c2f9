/** The queues and what their jobs say: ids, never personal data. */
import { z } from 'zod';

const payloads = {
  grading: z.strictObject({ attemptId: z.uuid(), questionId: z.uuid() }),
  certificates: z.strictObject({ certificateId: z.uuid() }),
} as const;

export type QueueName = keyof typeof payloads;

export type Payload<Q extends QueueName> = z.output<(typeof payloads)[Q]>;

export const queueNames: readonly QueueName[] = ['grading', 'certificates'];

/** @throws ZodError when a job says anything else than it should */
export function parsePayload<Q extends QueueName>(queue: Q, payload: unknown): Payload<Q> {
  return payloads[queue].parse(payload) as Payload<Q>;
}
