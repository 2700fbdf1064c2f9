/** Objects without spec and status, for those who ask for metadata alone. */
import type { IncomingMessage } from 'node:http';
import type { Stored } from '../store.ts';

export function wantsMetadata({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('as=PartialObjectMetadata') ?? false;
}

export function metadataOf({ metadata }: Stored): unknown {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
