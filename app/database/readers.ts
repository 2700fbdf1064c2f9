/** Which database a read goes to, so that everybody reads their own writes. */
import type { PrismaClient } from './generated/client.ts';

export interface Readers {
  /** For what is the same for everybody and may lag a little. */
  readonly forAnyone: () => PrismaClient;
  /** For what one user sees: the primary while the replica may be behind their last write. */
  readonly forUser: (userId: string) => Promise<PrismaClient>;
  /** The user has just committed a write. */
  readonly wrote: (userId: string) => Promise<void>;
  /** Share who wrote with the other processes; without it everyone reads from the primary. */
  readonly shareThrough: (memory: SharedMemory) => void;
}

/** What the processes share: a name that is remembered for a while. Rejects when it cannot. */
interface SharedMemory {
  readonly remember: (name: string, seconds: number) => Promise<unknown>;
  readonly remembers: (name: string) => Promise<boolean>;
}

/** Longer than a replica may lag; a replica further behind must be taken out of `READ_DATABASE_URL`. */
const lagSeconds = 10;

/** @param replica undefined: every read goes to the primary, at no cost */
export function createReaders(primary: PrismaClient, replica: PrismaClient | undefined): Readers {
  let memory: SharedMemory | undefined;
  return {
    forAnyone: () => replica ?? primary,
    forUser: async (userId) => {
      if (!replica || !memory) return primary;
      const wrote = await memory.remembers(nameOf(userId)).catch(() => true);
      return wrote ? primary : replica;
    },
    wrote: async (userId) => {
      if (replica) await memory?.remember(nameOf(userId), lagSeconds).catch(() => undefined);
    },
    shareThrough: (shared) => {
      memory = shared;
    },
  };
}

function nameOf(userId: string): string {
  return `lms:wrote:${userId}`;
}
