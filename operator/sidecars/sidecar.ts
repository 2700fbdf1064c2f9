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
    startupProbe: { tcpSocket: { port }, periodSeconds: 1, failureThreshold: startSeconds },
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
