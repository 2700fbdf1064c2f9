/** Under which names sidecars, their Secrets and what marks them are found in a cluster. */

/** The Secret with the sidecars' authority, in the operator's namespace. */
export const authoritySecretName = 'bellwether-sidecars';
