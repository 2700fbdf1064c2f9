/** Values in Redis: beside this process, if there is one there, and in the central one. */
import type { Redis } from 'ioredis';
import { z } from 'zod';

/** A value with what says whether it may be used. Times are milliseconds since 1970. */
const heldSchema = z.object({
  value: z.unknown(),
  /** `Generation.id` at which its loading began. */
  generation: z.string(),
  freshUntilMs: z.number(),
  /** Until then it may stand in while the database is slow or away. */
  staleUntilMs: z.number(),
});
type Held = Readonly<z.output<typeof heldSchema>>;

/** A value and the length of its text. */
export interface Found {
  readonly held: Held;
  readonly length: number;
}

export interface Values {
  /** The value, if it is held with this generation; nothing as well while no Redis answers. */
  readonly find: (id: string, generation: string) => Promise<Found | undefined>;
  /** Keep it in every Redis; in vain where it is not taken. @returns the length of its text */
  readonly keep: (id: string, held: Held) => Promise<number>;
}

/** After a failure Redis is not asked for this long. */
const restMs = 2000;

/**
 * @param redises with a short command timeout, the nearest first; what is found farther away is copied to the nearer, so
 *   that a process that begins beside an empty one loads nothing that others have
 */
export function createValues(redises: readonly Redis[]): Values {
  const layers = redises.map(createLayer);
  return {
    find: async (id, generation) => {
      for (const [index, layer] of layers.entries()) {
        const text = await layer.get(id);
        const held = text === undefined ? undefined : parse(text);
        if (text === undefined || held?.generation !== generation) continue;
        for (const nearer of layers.slice(0, index)) void nearer.set(id, text, held.staleUntilMs);
        return { held, length: text.length };
      }
      return undefined;
    },
    keep: async (id, held) => {
      const text = JSON.stringify(held);
      await Promise.all(layers.map((layer) => layer.set(id, text, held.staleUntilMs)));
      return text.length;
    },
  };
}

function createLayer(redis: Redis) {
  let restUntilMs = 0;
  const attempt = async <T>(command: () => Promise<T>): Promise<T | undefined> => {
    if (performance.now() < restUntilMs) return undefined;
    try {
      return await command();
    } catch {
      restUntilMs = performance.now() + restMs;
      return undefined;
    }
  };
  return {
    get: async (id: string) => (await attempt(() => redis.get(keyOf(id)))) ?? undefined,
    set: async (id: string, text: string, untilMs: number) => {
      await attempt(() => redis.set(keyOf(id), text, 'PXAT', Math.ceil(untilMs)));
    },
  };
}

/** @returns undefined for what somebody else wrote */
function parse(text: string): Held | undefined {
  try {
    return heldSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function keyOf(id: string): string {
  return `value:${id}`;
}
