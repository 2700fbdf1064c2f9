/** Paths of the API: root, namespace, resource, name, subresource. */

/** A path taken apart; `object` is the path without the subresource. */
export function locate(path: string) {
  const [, root = '', namespace, resource = '', name, subresource] =
    /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
      path,
    ) ?? [];
  const object = `${root}/namespaces/${namespace}/${resource}/${name}`;
  return { root, namespace, resource, name, subresource, object };
}

/** Whether an object belongs to the collection of a path, or to the same collection in all namespaces. */
export function isWithin(path: string): (object: string) => boolean {
  const { root, namespace, resource } = locate(path);
  return (object) => {
    const other = locate(object);
    const isSame = other.root === root && other.resource === resource;
    return isSame && (namespace === undefined || other.namespace === namespace);
  };
}
