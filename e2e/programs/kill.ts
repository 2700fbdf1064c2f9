/**
 * Runs as root in a pod that sees the node's processes: SIGKILL to every process of one container, as a crash would.
 *
 *     node kill.mjs CONTAINER_ID
 */
import { readdirSync, readFileSync } from 'node:fs';

const [containerId = ''] = process.argv.slice(2);
if (!/^[0-9a-f]{64}$/.test(containerId)) throw new Error(`no container id: ${containerId}`);

/** Processes come and go while this looks. */
function isOfContainer(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(containerId);
  } catch {
    return false;
  }
}

const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOfContainer(name));
if (pids.length === 0) throw new Error(`no process of container ${containerId}`);
for (const pid of pids) {
  try {
    process.kill(Number(pid), 'SIGKILL');
  } catch (error) {
    // Children end with their parent.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
