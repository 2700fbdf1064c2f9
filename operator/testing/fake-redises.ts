/** Redis sidecars by the names of their pods, in place of real ones. */
import type { RedisConsole } from '../redis/console.ts';
import type { RedisPod } from '../redis/memory-budget.ts';

export function createFakeRedises() {
  const limits = new Map<string, number>();
  let onSet = () => {};
  return {
    /** `maxmemory` of each, bytes. */
    limits,
    /** Called after each change of a limit. */
    setOnSet: (listener: () => void) => {
      onSet = listener;
    },
    connect: async (_profile: unknown, { name }: RedisPod): Promise<RedisConsole> => ({
      read: async () => {
        const maxMemory = limits.get(name);
        if (maxMemory === undefined) throw new Error('no Redis here');
        return { maxMemory, used: 1, resident: 2, hits: 3, misses: 4, evictions: 5 };
      },
      setMaxMemory: async (bytes) => {
        limits.set(name, bytes);
        onSet();
      },
      renew: async () => {},
      close: () => {},
    }),
  };
}
