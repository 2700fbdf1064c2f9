/** The LMS: API, worker, migrations, and what surrounds them in their namespace. */
import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Environment } from '../cdk8s/environments.ts';
import type { Images } from '../cdk8s/images.ts';
import { namespaces } from '../cdk8s/labels.ts';
import { restrictedNamespace } from '../cdk8s/workloads.ts';
import { Api } from './app/api.ts';
import { Migration } from './app/migration.ts';
import { AppNetwork } from './app/network.ts';
import { settings, settingsName } from './app/settings.ts';
import { Worker } from './app/worker.ts';
import { SidecarAccess } from './operator/access.ts';

/** Deployments whose ScaleProfiles, of the same names, have sidecars. */
const scaled = ['lms-api', 'lms-worker'];

export interface AppProps {
  readonly environment: Environment;
  readonly images: Images;
}

export class AppChart extends Chart {
  constructor(scope: Construct, id: string, props: AppProps) {
    super(scope, id);
    restrictedNamespace(this, 'namespace', namespaces.lms);
    new k8s.KubeConfigMap(this, 'settings', {
      metadata: { name: settingsName, namespace: namespaces.lms },
      data: settings(props.environment),
    });
    new Migration(this, 'migration', props);
    new Api(this, 'api', props);
    new Worker(this, 'worker', props);
    new SidecarAccess(this, 'sidecar-access', {
      namespace: namespaces.lms,
      operator: { name: 'bellwether-operator', namespace: namespaces.operator },
      profiles: scaled,
      targets: scaled,
      credentials: ['lms-database', 'operator-database'],
    });
    new AppNetwork(this, 'network', props.environment);
  }
}
