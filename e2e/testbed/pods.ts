/** What every pod of the suites has in common: an image that is there and no privileges. */
import type { V1Deployment } from '@kubernetes/client-node';
import { read } from '../kubernetes.ts';

/** What the Pod Security standard `restricted` asks of a container. */
export const restricted = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  runAsUser: 65534,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

/** An image with Node in it that the cluster has already: the API's own. */
export async function nodeImage(): Promise<string> {
  const api = await read<V1Deployment>('apps/v1', 'Deployment', 'lms', 'lms-api');
  const image = api?.spec?.template.spec?.containers[0]?.image;
  if (!image) throw new Error('no Deployment lms/lms-api to take an image from: run `make deploy`');
  return image;
}
