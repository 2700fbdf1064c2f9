/** An objective that more replicas can defend: while it is missed nothing falls, and replicas rise step by step. */
import { z } from 'zod';
import { quantity } from './quantity.ts';

const query = z.string().min(1).max(4096);

export const guard = z
  .strictObject({
    name: z.string().min(1).max(63).meta({ description: 'Named in status, events and logs.' }),
    query: query.meta({
      description: 'PromQL with one number as its result, such as a latency in seconds.',
    }),
    objective: quantity('Missed while the query is above it.', { above: 0 }),
    windowSeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(60)
      .meta({ description: 'For how long it must be missed before anything is done.' }),
    unless: query.optional().meta({
      description:
        'PromQL; while any value of its result is not 0 the bottleneck is elsewhere, and nothing is raised.',
    }),
  })
  .meta({ description: 'An objective that more replicas can defend.' });

export type Guard = z.output<typeof guard>;
