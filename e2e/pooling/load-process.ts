/** Starts the load's process and talks with it. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { LoadAnswer, LoadCommand, LoadReport } from './load.ts';

export interface Load {
  /** Have so many clients at a pod. */
  readonly setClients: (pod: string, url: string, count: number) => void;
  /** Have so many transactions a second arrive at a pod. */
  readonly setRate: (pod: string, url: string, rate: number) => void;
  readonly setExcused: (pod: string, isExcused: boolean) => void;
  /** Resolves when the pod's last client has disconnected. */
  readonly drain: (pod: string) => Promise<void>;
  readonly report: () => Promise<LoadReport>;
  readonly stop: () => void;
}

export interface LoadOptions {
  /** The share of transactions that hold their connection for 0.2 to 1.5 s. */
  readonly longShare: number;
  /** How many times 45 ms the others take on average. */
  readonly slowness: number;
}

export function startLoad({ longShare, slowness }: LoadOptions): Load {
  const child = fork(join(import.meta.dirname, 'load.ts'), [String(longShare), String(slowness)]);
  const waiting = new Map<number, PromiseWithResolvers<LoadReport>>();
  let lastId = 0;
  child.on('message', ({ id, report }: LoadAnswer) => {
    waiting.get(id)?.resolve(report);
    waiting.delete(id);
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the load ended'));
  });
  const tell = (command: LoadCommand) => child.send(command);
  const ask = (command: (id: number) => LoadCommand) => {
    lastId += 1;
    const answer = Promise.withResolvers<LoadReport>();
    waiting.set(lastId, answer);
    tell(command(lastId));
    return answer.promise;
  };
  return {
    setClients: (pod, url, count) => tell({ kind: 'clients', pod, url, count }),
    setRate: (pod, url, rate) => tell({ kind: 'rate', pod, url, rate }),
    setExcused: (pod, isExcused) => tell({ kind: 'excuse', pod, isExcused }),
    drain: async (pod) => void (await ask((id) => ({ kind: 'drain', pod, id }))),
    report: () => ask((id) => ({ kind: 'report', id })),
    stop: () => child.disconnect(),
  };
}
