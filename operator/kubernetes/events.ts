/** Events about a profile, for `kubectl describe` and `kubectl events`. */
import { group, version } from '../api/profile.ts';
import type { Client } from './client.ts';
import { microTime } from './lease.ts';
import type { StoredProfile } from './profiles.ts';

export interface Happening {
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, at most 128 characters. */
  readonly reason: string;
  /** For people; cut to the 1024 bytes that the API allows. */
  readonly note: string;
}

export interface Events {
  /** @throws ApiError; an event is only news, so a caller may go on without it */
  readonly create: (about: StoredProfile, happening: Happening, nowMs: number) => Promise<void>;
}

/** @param instance name of this pod */
export function createEvents(client: Client, instance: string): Events {
  return {
    create: async ({ key, uid, resourceVersion }, { type, reason, note }, nowMs) => {
      const { namespace, name } = key;
      const body = {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { generateName: `${name.slice(0, 200)}-`, namespace },
        eventTime: microTime(nowMs),
        reportingController: `${group}/operator`,
        reportingInstance: instance,
        action: 'Scale',
        type,
        reason,
        note: note.slice(0, 1000),
        regarding: {
          apiVersion: `${group}/${version}`,
          kind: 'ScaleProfile',
          namespace,
          name,
          uid,
          resourceVersion,
        },
      };
      const path = `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events`;
      await client.request({ verb: 'create', path, body });
    },
  };
}
