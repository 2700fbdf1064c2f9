/** Where load may go: this machine, or a Service of the cluster that the generator runs in. Nowhere else. */

const loopback = ['127.0.0.1', 'localhost', '[::1]'];
const service = /^[a-z0-9-]+\.[a-z0-9-]+\.svc(\.cluster\.local)?$/;

/**
 * The address that load is sent to.
 *
 * @param text such as `http://127.0.0.1:30080` or `http://lms-api.lms.svc:8080`
 * @throws for any other host, another protocol, or credentials in the address
 */
export function parseTarget(text: string): URL {
  const url = URL.parse(text);
  if (!url) throw new Error(`target ${text} is no URL`);
  const isLocal = loopback.includes(url.hostname) || service.test(url.hostname);
  if (url.protocol !== 'http:' || !isLocal || url.username !== '' || url.password !== '') {
    throw new Error(
      `target ${text}: load goes to http://127.0.0.1, localhost or a Service (name.namespace.svc) only`,
    );
  }
  return url;
}
