/** Watches: what was missed since a version, then every change until the client or the time-out ends it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Change, Store } from '../store.ts';
import { metadataOf, wantsMetadata } from './metadata.ts';
import { isWithin } from './path.ts';

/** Answer a watch; while it is open it is one of `watches`. */
export function watch(
  store: Store,
  watches: Set<ServerResponse>,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const matches = isWithin(url.pathname);
  const write = (type: string, object: unknown) =>
    response.write(`${JSON.stringify({ type, object })}\n`);
  const version = Number(url.searchParams.get('resourceVersion') ?? store.version);
  const missed = store.since(version);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  if (!missed) {
    write('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
    response.end();
    return;
  }
  const [, name] = (url.searchParams.get('fieldSelector') ?? '').split('metadata.name=');
  const tell = ({ type, path, object }: Change) => {
    if (name !== undefined && name !== object.metadata.name) return;
    if (matches(path)) write(type, wantsMetadata(request) ? metadataOf(object) : object);
  };
  for (const change of missed) tell(change);
  const stop = store.listen(tell);
  const timeoutSeconds = Number(url.searchParams.get('timeoutSeconds') ?? 300);
  const timer = setTimeout(() => response.end(), timeoutSeconds * 1000);
  watches.add(response);
  response.on('close', () => {
    clearTimeout(timer);
    watches.delete(response);
    stop();
  });
}
