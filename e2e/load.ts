/** Learners' load on the LMS, from a pod inside the cluster. */
import { z } from 'zod';
import { until } from './kubernetes.ts';
import { logOf, outputOf, type Program, startProgram } from './program.ts';

interface Step {
  readonly atSeconds: number;
  readonly perSecond: number;
}

export interface Streams {
  readonly browse?: readonly Step[];
  readonly essays?: readonly Step[];
}

const resultSchema = z.object({
  total: z.looseObject({ requests: z.number(), failed: z.number() }),
  failures: z.record(z.string(), z.number()),
});

/** Start load on the API; resolves when the learners have signed in. */
export async function startLoad(
  { namespace, name }: Pick<Program, 'namespace' | 'name'>,
  durationSeconds: number,
  streams: Streams,
): Promise<Program> {
  const plan = JSON.stringify({ durationSeconds, learners: 10, browse: [], ...streams });
  const target = 'http://lms-api.lms.svc:8080';
  const entry = 'e2e/programs/load.ts';
  const program: Program = { namespace, name, entry, args: [target, plan] };
  await startProgram(program);
  await until('the learners to sign in', 120, async () =>
    (await logOf(program)).includes('loading'),
  );
  return program;
}

/** Wait for its end: requests in all, and those that failed by kind and reason. */
export async function resultOf(load: Program): Promise<z.output<typeof resultSchema>> {
  const lines = (await outputOf(load, 240)).trim().split('\n');
  return resultSchema.parse(JSON.parse(lines.at(-1) ?? ''));
}
