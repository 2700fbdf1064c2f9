/** Who may talk to whom in the namespace of the LMS. */
import { Construct } from 'constructs';
import type { Environment } from '../../cdk8s/environments.ts';
import { namespaces } from '../../cdk8s/labels.ts';
import { allowEgress, allowIngress, denyByDefault, type Peer } from '../../cdk8s/network.ts';
import { migrationName } from './migration.ts';

const namespace = namespaces.lms;
const prometheus: Peer = { namespace: namespaces.monitoring, name: 'prometheus' };
const operator: Peer = { namespace: namespaces.operator, name: 'bellwether-operator' };

export class AppNetwork extends Construct {
  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id);
    denyByDefault(this, namespace);
    const from = environment.ingressNamespaces?.map((each): Peer => ({ namespace: each }));
    allowIngress(this, namespace, {
      name: 'lms-api',
      ports: [8080],
      ...(from ? { peers: from } : {}),
    });
    for (const name of ['lms-api', 'lms-worker']) {
      allowIngress(this, namespace, { name, ports: [9464], peers: [prometheus] });
      // The console of its pooler.
      allowIngress(this, namespace, { name, ports: [6432], peers: [operator] });
      allowEgress(this, namespace, { name, ports: [6379], peers: redises(environment) });
      allowEgress(this, namespace, { name, ports: [5432], peers: databases(environment) });
    }
    const peers = databases(environment);
    allowEgress(this, namespace, { name: migrationName, ports: [5432], peers });
  }
}

function databases({ data }: Environment): Peer[] {
  return [data.type === 'managed' ? data : { namespace, name: 'postgres' }];
}

function redises({ data }: Environment): Peer[] {
  if (data.type === 'managed') return [data];
  return ['redis-cache', 'redis-state'].map((name) => ({ namespace, name }));
}
