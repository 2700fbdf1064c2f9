/** Ask every pooler, and PostgreSQL where its word is needed. */
import type { Ledger } from '../api/budget-status.ts';
import type { Consoles } from './consoles.ts';
import type { Evidence, Observation, PodSeen, ProfileSeen } from './observation.ts';
import type { Database, PoolerReading } from './ports.ts';

/** What the API server says of the profiles of a budget and of their pods. */
export interface Scene {
  readonly profiles: readonly ProfileSeen[];
  readonly pods: readonly PodSeen[];
}

/** The readings of all poolers that answer, taken at once. */
export async function readPoolers(
  consoles: Consoles,
  pods: readonly PodSeen[],
): Promise<Observation['readings']> {
  consoles.keep(pods);
  const readings = await Promise.all(
    pods.map(async (pod): Promise<readonly (readonly [string, PoolerReading])[]> => {
      const reading = await consoles.read(pod);
      return reading ? [[pod.uid, reading]] : [];
    }),
  );
  return new Map(readings.flat());
}

/** @returns undefined when PostgreSQL does not answer */
export async function askDatabase(
  database: Database,
  { leases, ghosts }: Ledger,
  askedAtMs: number,
): Promise<Evidence | undefined> {
  const addresses = new Set([...leases, ...ghosts].map(({ address }) => address));
  addresses.delete('');
  try {
    return { askedAtMs, backends: await database.backendsOf([...addresses]) };
  } catch {
    // No evidence is an answer: ghosts stay, and a condition says what is awaited.
    return undefined;
  }
}
