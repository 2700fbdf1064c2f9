/** The API server's memory: objects by path, one counter of versions, and a history that watches read and that can expire. */

export interface Stored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly generation: number;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly managedFields?: readonly unknown[];
  };
  readonly spec?: unknown;
  readonly status?: unknown;
  /** Of events. */
  readonly reason?: unknown;
  /** Of pod metrics. */
  readonly timestamp?: string;
  readonly window?: string;
  readonly containers?: unknown;
}

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Path of the object. */
  readonly path: string;
  readonly version: number;
  readonly object: Stored;
}

export type Draft = Omit<Stored, 'metadata'> & {
  readonly metadata: Pick<
    Stored['metadata'],
    'name' | 'labels' | 'creationTimestamp' | 'managedFields'
  >;
};

export class Store {
  readonly #objects = new Map<string, Stored>();
  readonly #listeners = new Set<(change: Change) => void>();
  #history: Change[] = [];
  #version = 100;

  get version(): string {
    return String(this.#version);
  }

  get(path: string): Stored | undefined {
    return this.#objects.get(path);
  }

  /** Objects of a collection, or of the same collection in all namespaces. */
  list(isWithin: (path: string) => boolean): readonly Stored[] {
    return [...this.#objects].filter(([path]) => isWithin(path)).map(([, object]) => object);
  }

  /** Make an object or replace one. The generation grows with the spec alone. */
  put(path: string, draft: Draft, namespace: string): Stored {
    const old = this.#objects.get(path);
    this.#version += 1;
    const isNewSpec = JSON.stringify(old?.spec) !== JSON.stringify(draft.spec);
    const object: Stored = {
      ...draft,
      metadata: {
        ...draft.metadata,
        namespace,
        uid: old?.metadata.uid ?? `uid-${this.#version}`,
        generation: (old?.metadata.generation ?? 0) + (isNewSpec ? 1 : 0),
        resourceVersion: String(this.#version),
      },
    };
    this.#objects.set(path, object);
    this.#tell({ type: old ? 'MODIFIED' : 'ADDED', path, version: this.#version, object });
    return object;
  }

  delete(path: string): void {
    const object = this.#objects.get(path);
    if (!object) return;
    this.#version += 1;
    this.#objects.delete(path);
    this.#tell({ type: 'DELETED', path, version: this.#version, object });
  }

  /** @returns the changes after `version`, or undefined if they have been forgotten */
  since(version: number): readonly Change[] | undefined {
    const oldest = this.#history[0]?.version ?? this.#version + 1;
    return version + 1 < oldest && version < this.#version
      ? undefined
      : this.#history.filter((change) => change.version > version);
  }

  /** Forget all history, as etcd's compaction does: watches from before get 410. */
  compact(): void {
    this.#history = [];
  }

  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: Change): void {
    this.#history.push(change);
    for (const listener of this.#listeners) listener(change);
  }
}
