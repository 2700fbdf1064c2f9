/** What a person would look at first when a rollout hangs: pods that are not Ready, their reasons and last lines. */
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { objects, request } from '../kubernetes.ts';

/** @returns lines to print, a few for each pod of the namespaces that is neither Ready nor done */
export async function diagnose(namespaces: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(namespaces.map((each) => objects.list<V1Pod>('v1', 'Pod', each)));
  const stuck = lists.flatMap(({ items }) => items).filter((pod) => !isFine(pod));
  return (await Promise.all(stuck.map(diagnosePod))).flat();
}

function isFine({ status }: V1Pod): boolean {
  if (status?.phase === 'Succeeded') return true;
  return (
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false
  );
}

async function diagnosePod({ metadata, status }: V1Pod): Promise<string[]> {
  const where = `${metadata?.namespace}/${metadata?.name}`;
  const unscheduled = status?.conditions?.find(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  );
  const containers = status?.containerStatuses ?? [];
  return [
    `${where} is ${status?.phase} ${unscheduled?.message ?? ''}`,
    ...containers.map((each) => `  ${diagnoseContainer(each)}`),
    ...(await eventsOf(metadata?.namespace, metadata?.name)),
    ...(await lastLines(metadata?.namespace, metadata?.name)),
  ];
}

function diagnoseContainer({ name, state, lastState, restartCount }: V1ContainerStatus): string {
  const { waiting, running } = state ?? {};
  const ended = state?.terminated ?? lastState?.terminated;
  const now = running ? 'is running but not Ready' : (waiting?.reason ?? 'has ended');
  const before = ended
    ? `, ended with ${ended.exitCode} (${ended.reason}) ${ended.message ?? ''}`
    : '';
  return `${name} ${now} ${waiting?.message ?? ''}, restarted ${restartCount} times${before}`;
}

async function lastLines(namespace = '', name = ''): Promise<string[]> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?tailLines=15`;
  const { status, text } = await request('GET', path);
  return status === 200
    ? text
        .trimEnd()
        .split('\n')
        .map((line) => `  | ${line}`)
    : [];
}

/** The latest three warnings. */
async function eventsOf(namespace = '', name = ''): Promise<string[]> {
  const { items } = await objects.list(
    'v1',
    'Event',
    namespace,
    undefined,
    undefined,
    undefined,
    `involvedObject.name=${name},type=Warning`,
  );
  return items.slice(-3).flatMap((event) => ('message' in event ? [`  ! ${event.message}`] : []));
}
