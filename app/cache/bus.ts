/** How processes tell each other which cached values are outdated: Redis publish and subscribe. */
import type { BusDriver } from 'bentocache/types';
import type { Redis } from 'ioredis';
import { z } from 'zod';

const messageSchema = z.object({
  busId: z.string(),
  payload: z.object({
    keys: z.array(z.string()),
    type: z.string(),
    namespace: z.string().optional(),
  }),
});

/**
 * A bus over two connections of ours, which fail fast and reconnect by themselves. Messages that
 * were missed meanwhile are gone: whoever listens has to forget what it holds at `onReconnect`.
 *
 * @param subscriber a connection for this alone
 */
export function createBus(publisher: Redis, subscriber: Redis): BusDriver {
  const listeners = new Map<string, (message: unknown) => unknown>();
  let ownId = '';

  const subscribeAll = async () => {
    if (listeners.size > 0) await subscriber.subscribe(...listeners.keys()).catch(() => undefined);
  };
  subscriber.on('ready', subscribeAll);
  subscriber.on('message', (channel, text) => {
    const message = parse(text);
    if (message && message.busId !== ownId) void deliver(listeners.get(channel), message.payload);
  });

  const bus: BusDriver = {
    setId: (id) => {
      ownId = id;
      return bus;
    },
    publish: async (channel, payload) => {
      await publisher.publish(channel, JSON.stringify({ busId: ownId, payload }));
    },
    subscribe: async (channel, handler) => {
      listeners.set(channel, handler as (message: unknown) => unknown);
      if (subscriber.status === 'ready') await subscribeAll();
    },
    unsubscribe: async (channel) => {
      listeners.delete(channel);
      await subscriber.unsubscribe(channel);
    },
    onReconnect: (callback) => {
      subscriber.on('ready', callback);
    },
    disconnect: async () => subscriber.disconnect(),
  };
  return bus;
}

/** What goes wrong over one message must not end the process: values expire by themselves too. */
async function deliver(
  listener: ((message: unknown) => unknown) | undefined,
  payload: unknown,
): Promise<void> {
  try {
    await listener?.(payload);
  } catch {
    return;
  }
}

function parse(text: string): z.output<typeof messageSchema> | undefined {
  try {
    return messageSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
