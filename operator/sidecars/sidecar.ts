/** A container beside the user's own, and all that it needs. */
import type { ProfileSpec } from '../api/profile.ts';
import type { SecretData } from '../kubernetes/secrets.ts';

/** A part of a pod template that is merged by its name. */
export interface Named {
  readonly name: string;
  readonly [field: string]: unknown;
}

export interface Sidecar {
  /** Under `initContainers`. */
  readonly container: Named;
  readonly volumes: readonly Named[];
  /** What the application uses in place of its own URLs: entries of the pooled Secret. */
  readonly urls: SecretData;
  /** A Secret that one of the volumes mounts. */
  readonly files?: { readonly secret: string; readonly data: SecretData };
}

export type SidecarSpec = NonNullable<ProfileSpec['sidecars']>;

/** Requests and limits, by resource. */
export interface Resources {
  readonly requests?: Readonly<Record<string, string>> | undefined;
  readonly limits?: Readonly<Record<string, string>> | undefined;
}

interface Program {
  readonly name: string;
  readonly image: string;
  /** Answers on TCP when the container can be used; the containers after it wait for that. */
  readonly port: number;
  readonly args?: readonly string[];
  readonly env?: readonly Named[];
  /** Volumes by mount path. */
  readonly mounts: Readonly<Record<string, { readonly volume: string; readonly readOnly?: true }>>;
  /** As the profile has them; each half that it leaves out is that of `defaults`. */
  readonly resources: Resources | undefined;
  readonly defaults: Required<Resources>;
}

/** How long a sidecar may take to listen, seconds. */
const startSeconds = 60;
const looksPerSecond = 20;

/**
 * Ends when something listens on the port, by the kernel's table: the containers after it begin no earlier. A startup
 * probe would do the same a second later, for it looks once a second.
 */
function untilListening(port: number): string {
  const socket = `:${port.toString(16).toUpperCase().padStart(4, '0')} [0-9A-F]*:0000 0A`;
  const looks = startSeconds * looksPerSecond;
  return (
    `i=0; until grep -q '${socket}' /proc/net/tcp /proc/net/tcp6; ` +
    `do i=$((i+1)); [ $i -lt ${looks} ] || exit 1; sleep ${1 / looksPerSecond}; done`
  );
}

/** A native sidecar that the standard `restricted` admits. It ends after the user's containers, so it needs no preStop hook. */
export function nativeSidecar(program: Program): Named {
  const { name, image, port, args, env, mounts, resources, defaults } = program;
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    restartPolicy: 'Always',
    ...(args && { args }),
    ...(env && { env }),
    ports: [{ containerPort: port, protocol: 'TCP' }],
    lifecycle: { postStart: { exec: { command: ['sh', '-c', untilListening(port)] } } },
    resources: {
      requests: resources?.requests ?? defaults.requests,
      limits: resources?.limits ?? defaults.limits,
    },
    securityContext: {
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: Object.entries(mounts).map(([mountPath, { volume, readOnly }]) => ({
      name: volume,
      mountPath,
      ...(readOnly && { readOnly }),
    })),
  };
}
