/** Whether this process lives, has started and may receive traffic. */

/** Something the process cannot do its work without. */
export interface Check {
  readonly name: string;
  /** Rejects when it is not there. */
  readonly run: () => Promise<unknown>;
}

interface Readiness {
  readonly ready: boolean;
  /** `ok` or what is wrong, by check; never addresses or messages of the outside. */
  readonly checks: Readonly<Record<string, 'ok' | 'failed' | 'late'>>;
}

export interface Health {
  /** Every check, at most once a second however often it is asked; sooner after a failure. */
  readonly readiness: () => Promise<Readiness>;
  /** Whether it has ever been ready. */
  readonly started: () => Promise<boolean>;
  /** From now on it is never ready again. */
  readonly drain: () => void;
  readonly draining: () => boolean;
}

const goodMs = 1000;
const badMs = 50;
const timeoutMs = 1000;

export function createHealth(
  checks: readonly Check[],
  now: () => number = () => performance.now(),
): Health {
  let latest: Promise<Readiness> | undefined;
  let goodUntil = 0;
  let draining = false;
  let started = false;

  const look = async (): Promise<Readiness> => {
    const outcomes = await Promise.all(
      checks.map(async ({ name, run }) => [name, await attempt(run)]),
    );
    const ready = outcomes.every(([, outcome]) => outcome === 'ok');
    started ||= ready;
    return { ready, checks: Object.fromEntries(outcomes) };
  };

  const readiness = async (): Promise<Readiness> => {
    if (draining) return { ready: false, checks: {} };
    if (!latest || now() >= goodUntil) {
      goodUntil = Infinity;
      latest = look();
      const { ready } = await latest;
      goodUntil = now() + (ready ? goodMs : badMs);
    }
    return latest;
  };

  return {
    readiness,
    started: async () => started || (await readiness()).ready,
    drain: () => {
      draining = true;
    },
    draining: () => draining,
  };
}

async function attempt(run: () => Promise<unknown>): Promise<'ok' | 'failed' | 'late'> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(resolve, timeoutMs, 'late' as const);
  const outcome = run().then(
    () => 'ok' as const,
    () => 'failed' as const,
  );
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}

/** The answer to a probe's path, or undefined for any other path. */
export async function probe(
  health: Health,
  path: string,
): Promise<{ readonly status: number; readonly body: object } | undefined> {
  if (path === '/livez') return { status: 200, body: { live: true } };
  if (path === '/startupz') {
    const started = await health.started();
    return { status: started ? 200 : 503, body: { started } };
  }
  if (path !== '/readyz') return undefined;
  const readiness = await health.readiness();
  return { status: readiness.ready ? 200 : 503, body: readiness };
}
