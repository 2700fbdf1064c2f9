/** What would have to change in a database to match `schema.prisma`, found by Prisma's own engine. */
import { readFileSync } from 'node:fs';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';
import { Pool } from 'pg';

const schemaPath = new URL('../database/schema.prisma', import.meta.url);
const charOid = 18;
const bpcharOid = 1042;

/** @returns SQL from the database as it is to the schema file; a comment alone when they agree */
export async function schemaDifference(url: string): Promise<string> {
  const content = readFileSync(schemaPath, 'utf8');
  const files = [{ path: 'schema.prisma', content }];
  const pool = createReadablePool(url);
  const adapters = bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool));
  const engine = await SchemaEngine.new(
    { datamodels: [['schema.prisma', content]] },
    ignore,
    adapters,
  );
  try {
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: '.' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return stdout ?? '';
  } finally {
    engine.free();
    await pool.end();
  }
}

function ignore(): void {}

/**
 * The engine and the adapter disagree about PostgreSQL's one-byte "char": it is passed as text, and
 * check constraints, which the engine cannot read then and the schema cannot say, are left out.
 */
function createReadablePool(connectionString: string): Pool {
  const pool = new Pool({ connectionString });
  const query = pool.query.bind(pool);
  const readable = async (...args: readonly unknown[]) => {
    const result: Result = await Reflect.apply(query, pool, args);
    const fields = result.fields ?? [];
    if (fields.some(({ name }) => name === 'constraint_definition')) result.rows = [];
    for (const field of fields) if (field.dataTypeID === charOid) field.dataTypeID = bpcharOid;
    return result;
  };
  Object.defineProperty(pool, 'query', { value: readable });
  return pool;
}

interface Result {
  fields?: { readonly name: string; dataTypeID: number }[];
  rows: unknown[];
}
