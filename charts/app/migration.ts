/** The migration Job: brings the database to the schema of one image, as the role that owns it. */
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { digest, labels, namespaces } from '../../cdk8s/labels.ts';
import { podSpec } from '../../cdk8s/pod.ts';
import { serviceAccount } from '../../cdk8s/workloads.ts';
import type { AppProps } from '../app.ts';
import { lmsUser, secretFiles } from './settings.ts';

/** Also the prefix of the Job's name: Jobs are immutable, so its name ends in a digest of what it runs. */
export const migrationName = 'lms-migrate';
const namespace = namespaces.lms;

export class Migration extends Construct {
  constructor(scope: Construct, id: string, { images }: AppProps) {
    super(scope, id);
    serviceAccount(this, 'account', migrationName, namespace);
    const spec: k8s.JobSpec = {
      backoffLimit: 10,
      ttlSecondsAfterFinished: 86_400,
      activeDeadlineSeconds: 600,
      template: {
        metadata: { labels: labels(migrationName) },
        spec: podSpec({
          name: migrationName,
          image: images.lms,
          command: ['node', 'migrate.js'],
          ...secretFiles('lms-migrate', { DATABASE_URL: 'database-url' }),
          cpuRequest: '20m',
          memoryRequest: '96Mi',
          memoryLimit: '512Mi',
          user: lmsUser,
          spread: false,
          restartPolicy: 'OnFailure',
        }),
      },
    };
    new k8s.KubeJob(this, 'job', {
      metadata: {
        name: `${migrationName}-${digest(spec)}`,
        namespace,
        labels: labels(migrationName),
      },
      spec,
    });
  }
}
