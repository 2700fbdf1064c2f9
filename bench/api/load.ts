/** A bounded number of requests over a few kept-alive connections to 127.0.0.1. */
import { Agent, get } from 'node:http';

export interface Load {
  readonly requests: number;
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Rejects at the first answer other than 200, so that errors never pass for speed. */
export async function load(url: string, { requests, connections, headers }: Load): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let left = requests;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await request(url, agent, headers);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
}

function request(url: string, agent: Agent, headers: Load['headers']): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers }, (response) => {
      response.resume();
      response.once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
    }).once('error', reject);
  });
}
