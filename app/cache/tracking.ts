/** What Redis tells on its own accord: which keys have changed, by client tracking. */
import type { Redis } from 'ioredis';

/** Redis' own channel for those whom tracking tells by publish and subscribe. */
const channel = '__redis__:invalidate';
const beatMs = 1000;

interface TrackingOptions {
  /** Changes of keys that begin with this are told. */
  readonly prefix: string;
  /** The keys changed, expired or were evicted; without a list every key is in doubt. */
  readonly onChange: (keys: readonly string[] | undefined) => void;
}

export interface Tracking {
  /** Whether every change since `onChange(undefined)` was last called is told, at most a beat or two late. */
  readonly isCoherent: () => boolean;
  readonly close: () => void;
}

/**
 * Have changes told over a connection that redirects to itself: there is no second one that could be lost alone. A
 * connection that went silent without an end is found out by asking it every second.
 *
 * @param connection for this alone; it must not subscribe anew by itself
 */
export function trackChanges(connection: Redis, { prefix, onChange }: TrackingOptions): Tracking {
  let isCoherent = false;
  const become = (coherent: boolean) => {
    isCoherent = coherent;
    onChange(undefined);
  };
  const begin = async () => {
    const id = String(await connection.client('ID'));
    const mode = ['REDIRECT', id, 'BCAST', 'PREFIX', prefix];
    await connection.call('CLIENT', 'TRACKING', 'ON', ...mode);
    await connection.subscribe(channel);
    become(true);
  };
  const beat = async () => {
    if (connection.status !== 'ready') return;
    try {
      if (!isCoherent) throw new Error('tracking did not begin');
      await connection.ping();
    } catch {
      if (isCoherent) become(false);
      connection.disconnect(true);
    }
  };
  connection.on('ready', () => void begin().catch(() => undefined)); // the next beat begins anew
  connection.on('close', () => become(false));
  connection.on('messageBuffer', (_, keys: readonly Buffer[] | null) =>
    onChange(keys?.map((key) => key.toString())),
  );
  const timer = setInterval(() => void beat(), beatMs).unref();
  return {
    isCoherent: () => isCoherent,
    close: () => {
      clearInterval(timer);
      connection.disconnect();
    },
  };
}
