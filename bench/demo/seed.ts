/** Fills the cluster's database by the seeder, through a tunnel to PostgreSQL. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { V1Secret } from '@kubernetes/client-node';
import { read } from '../../e2e/kubernetes.ts';
import { openTunnel } from './tunnel.ts';

/** @throws when the seeder fails; it says why itself */
export async function seedCluster(courses: number, learners: number): Promise<void> {
  const secret = await read<V1Secret>('v1', 'Secret', 'lms', 'lms-migrate');
  const url = new URL(Buffer.from(secret?.data?.['database-url'] ?? '', 'base64').toString());
  const tunnel = await openTunnel('lms', 'postgres-0', 5432);
  url.hostname = '127.0.0.1';
  url.port = String(tunnel.port);
  try {
    const args = ['bench/seed.ts', `--courses=${courses}`, `--learners=${learners}`];
    const env = { ...process.env, DATABASE_URL: url.href };
    const [code] = await once(spawn(process.execPath, args, { env, stdio: 'inherit' }), 'exit');
    if (code !== 0) throw new Error(`the seeder ended with ${code}`);
  } finally {
    tunnel.close();
  }
}
