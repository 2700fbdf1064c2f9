/** Which API server to talk to, and as whom. */
import type { Config } from './config.ts';
import {
  type Access,
  hasServiceAccount,
  type KubeconfigChoice,
  kubeconfigAccess,
  plainAccess,
  serviceAccountAccess,
} from './kubernetes/access.ts';

/**
 * What was chosen from a kubeconfig; else the server of the configuration, the pod's own, or the kubeconfig's default.
 *
 * @returns the access, and the namespace that is meant where none is named
 */
export async function accessFor(
  config: Pick<Config, 'apiUrl' | 'serviceAccount'>,
  choice: KubeconfigChoice = {},
): Promise<Access & { readonly namespace: string }> {
  const isChosen = choice.file !== undefined || choice.context !== undefined;
  const namespace = 'default';
  if (!isChosen && config.apiUrl) return { ...plainAccess(config.apiUrl), namespace };
  if (!isChosen && hasServiceAccount(config.serviceAccount.folder)) {
    return { ...serviceAccountAccess(config.serviceAccount), namespace };
  }
  return kubeconfigAccess(choice);
}
