/** What `INFO` of a Redis says, as numbers. */

export interface RedisReading {
  /** `maxmemory` in force, bytes. */
  readonly maxMemory: number;
  /** What its values and buffers take, bytes. */
  readonly used: number;
  /** What the process takes, bytes: after a shrink it stays. */
  readonly resident: number;
  /** Since the start of the process, as the next two. */
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
}

/** @throws Error naming the field that is missing or no count, or a Redis without limit */
export function readingOf(info: string): RedisReading {
  const fields = new Map(
    info.split('\r\n').map((line) => {
      const [name = '', value = ''] = line.split(':', 2);
      return [name, value];
    }),
  );
  const count = (name: string) => {
    const text = fields.get(name) ?? '';
    if (!/^\d+$/.test(text)) throw new Error(`${name} of INFO is no count: ${text}`);
    return Number(text);
  };
  const maxMemory = count('maxmemory');
  if (maxMemory === 0) throw new Error('maxmemory is 0: without limit');
  return {
    maxMemory,
    used: count('used_memory'),
    resident: count('used_memory_rss'),
    hits: count('keyspace_hits'),
    misses: count('keyspace_misses'),
    evictions: count('evicted_keys'),
  };
}
