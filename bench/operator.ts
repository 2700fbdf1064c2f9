/** The operator at rest: memory, CPU and writes of the leader with N profiles (default 10) on the live cluster. */
import { setTimeout as sleep } from 'node:timers/promises';
import { read, until } from '../e2e/kubernetes.ts';
import { ask } from '../e2e/prometheus.ts';
import { Testbed } from '../e2e/testbed.ts';

const profiles = Number(process.argv[2] ?? 10);
const measuredSeconds = 120;
/** Default windows are over after this, so that nothing but the tick is left. */
const settleSeconds = 60;

const bed = await Testbed.open('rest');
try {
  await bed.setLoad(10);
  const names = Array.from({ length: profiles }, (_, index) => `rest-${index}`);
  for (const name of names) {
    await bed.startTarget(name, 1);
    await bed.applyProfile(name, { syncPeriodSeconds: 15, fallback: {} });
  }
  for (const name of names) await bed.untilCondition(name, 'Ready', 'True', undefined, 60);
  console.log(
    `${profiles} profiles; settling for ${settleSeconds} s, measuring ${measuredSeconds} s`,
  );
  await sleep(settleSeconds * 1000);
  const before = await versionsOf(names);
  await sleep(measuredSeconds * 1000);
  const after = await versionsOf(names);
  const written = names.filter((name) => before.get(name) !== after.get(name)).length;

  const over = `[${measuredSeconds}s]`;
  const memory = await ofLeader('process_resident_memory_bytes');
  const cpu = await ofLeader(`rate(process_cpu_seconds_total${over})`);
  const statuses = await ofLeader(`sum by (pod) (increase(bellwether_status_writes_total${over}))`);
  const requests = await ofLeader(`sum by (pod) (rate(bellwether_api_requests_total${over}))`);
  console.log(`memory            ${(memory / 1e6).toFixed(1)} MB   to reach 130`);
  console.log(`CPU               ${(cpu * 1000).toFixed(1)} millicores   to reach 20`);
  console.log(`profiles written  ${written} of ${profiles} in ${measuredSeconds} s   to reach 0`);
  console.log(`status writes     ${statuses.toFixed(1)}, the cluster's other profiles included`);
  console.log(`API requests      ${requests.toFixed(1)} a second`);
} finally {
  await bed.close();
}

/** The leader's value of an expression over metrics of the operator. */
function ofLeader(expression: string): Promise<number> {
  const query = `max((${expression}) and on (pod) (bellwether_leader == 1))`;
  return until(expression, 30, async () => ask(query));
}

/** Versions of our own profiles: nobody but the operator writes them now. */
async function versionsOf(
  names: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const versions = names.map(async (name) => {
    const found = await read(
      'autoscaling.bellwether.dev/v1alpha1',
      'ScaleProfile',
      bed.namespace,
      name,
    );
    return [name, found?.metadata?.resourceVersion] as const;
  });
  return new Map(await Promise.all(versions));
}
