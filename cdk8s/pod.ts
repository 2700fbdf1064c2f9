/** Pods as Pod Security `restricted` wants them, and a little stricter: the root is read-only. */
import { k8s } from 'cdk8s-plus-27';
import { labels } from './labels.ts';

export interface Program {
  /** Name of the workload; also the container's, unless `container` says otherwise. */
  readonly name: string;
  readonly image: string;
  /** @default the image's own command */
  readonly command?: readonly string[];
  /** @default none */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Variables taken from the pod's own fields, by field path. @default none */
  readonly fieldEnv?: Readonly<Record<string, string>>;
  /** ConfigMap whose keys become environment variables. @default none */
  readonly envFrom?: string;
  /** By name; the first names are what probes and Services refer to. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Directories by mount path. `/tmp` is always there. */
  readonly mounts?: Readonly<Record<string, Mount>>;
  readonly probes?: Probes;
  readonly cpuRequest: string;
  readonly memoryRequest: string;
  readonly memoryLimit: string;
  /** User and group of the processes, and the group of their volumes. */
  readonly user: number;
  /** @default 30 */
  readonly terminationGracePeriodSeconds?: number;
  /** Whose token is mounted; without it the pod uses an account without token. @default none */
  readonly serviceAccount?: string;
  /** Whether pods of one workload should avoid one another. @default true */
  readonly spread?: boolean;
  /** @default Always */
  readonly restartPolicy?: 'Always' | 'OnFailure';
}

/** A directory inside a pod. */
export type Mount =
  | { readonly type: 'empty'; readonly sizeLimit: string }
  | { readonly type: 'secret'; readonly secret: string }
  | { readonly type: 'configMap'; readonly configMap: string }
  /** A claim from the StatefulSet's templates. */
  | { readonly type: 'claim'; readonly claim: string };

export interface Probes {
  readonly startup: k8s.Probe;
  readonly readiness: k8s.Probe;
  readonly liveness: k8s.Probe;
}

/** The pod of one program. */
export function podSpec(program: Program): k8s.PodSpec {
  const mounts = { '/tmp': { type: 'empty', sizeLimit: '64Mi' }, ...program.mounts } as const;
  const withToken = program.serviceAccount !== undefined;
  return {
    serviceAccountName: program.serviceAccount ?? program.name,
    automountServiceAccountToken: withToken,
    enableServiceLinks: false,
    restartPolicy: program.restartPolicy ?? 'Always',
    terminationGracePeriodSeconds: program.terminationGracePeriodSeconds ?? 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: program.user,
      runAsGroup: program.user,
      fsGroup: program.user,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...(program.spread === false ? {} : { topologySpreadConstraints: spread(program.name) }),
    containers: [container(program, mounts)],
    volumes: Object.entries(mounts).flatMap(([path, mount]) => volume(path, mount)),
  };
}

function container(program: Program, mounts: Readonly<Record<string, Mount>>): k8s.Container {
  const { probes } = program;
  return {
    name: program.name,
    image: program.image,
    imagePullPolicy: 'IfNotPresent',
    ...(program.command ? { command: [...program.command] } : {}),
    ...(program.args ? { args: [...program.args] } : {}),
    ...(program.envFrom ? { envFrom: [{ configMapRef: { name: program.envFrom } }] } : {}),
    env: variables(program),
    ...(program.ports ? { ports: ports(program.ports) } : {}),
    ...(probes
      ? {
          startupProbe: probes.startup,
          readinessProbe: probes.readiness,
          livenessProbe: probes.liveness,
        }
      : {}),
    resources: resources(program),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: Object.entries(mounts).map(([mountPath, mount]) => volumeMount(mountPath, mount)),
  };
}

function ports(byName: Readonly<Record<string, number>>): k8s.ContainerPort[] {
  return Object.entries(byName).map(([name, containerPort]) => ({ name, containerPort }));
}

function variables({ env = {}, fieldEnv = {} }: Program): k8s.EnvVar[] {
  return [
    ...Object.entries(env).map(([name, value]) => ({ name, value })),
    ...Object.entries(fieldEnv).map(([name, fieldPath]) => ({
      name,
      valueFrom: { fieldRef: { fieldPath } },
    })),
  ];
}

/** No CPU limit: throttling would hurt latency most when load is highest; requests share the node. */
function resources(program: Program): k8s.ResourceRequirements {
  return {
    requests: {
      cpu: k8s.Quantity.fromString(program.cpuRequest),
      memory: k8s.Quantity.fromString(program.memoryRequest),
    },
    limits: { memory: k8s.Quantity.fromString(program.memoryLimit) },
  };
}

function spread(name: string): k8s.TopologySpreadConstraint[] {
  return ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labels(name) },
  }));
}

function volumeName(path: string, mount: Mount): string {
  return mount.type === 'claim' ? mount.claim : path.slice(1).replaceAll(/[/.]/g, '-');
}

function volumeMount(mountPath: string, mount: Mount): k8s.VolumeMount {
  const readOnly = mount.type === 'secret' || mount.type === 'configMap';
  return { name: volumeName(mountPath, mount), mountPath, ...(readOnly ? { readOnly } : {}) };
}

function volume(path: string, mount: Mount): k8s.Volume[] {
  const name = volumeName(path, mount);
  if (mount.type === 'claim') return [];
  if (mount.type === 'configMap') return [{ name, configMap: { name: mount.configMap } }];
  if (mount.type === 'secret') {
    return [{ name, secret: { secretName: mount.secret, defaultMode: 0o440 } }];
  }
  return [{ name, emptyDir: { sizeLimit: k8s.Quantity.fromString(mount.sizeLimit) } }];
}
