/** Wraps a Kysely dialect so that stray queries inside a transaction throw, and instants go in and come out as Temporal. */
import type {
  CompiledQuery,
  DatabaseConnection,
  Dialect,
  Driver,
  KyselyPlugin,
  PluginTransformResultArgs,
  QueryResult,
  UnknownRow,
} from 'kysely';

/**
 * @param dialect the engine's own dialect
 * @param refuse throws when a connection is asked for inside an open transaction
 */
export function guarded(dialect: Dialect, refuse: (what: string) => void): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => guardedDriver(dialect.createDriver(), refuse),
  };
}

function guardedDriver(driver: Driver, refuse: (what: string) => void): Driver {
  return new Proxy(driver, {
    get(target, property) {
      if (property === 'acquireConnection')
        return async (...rest: unknown[]) => {
          refuse('The root database');
          const connection = await (
            target.acquireConnection as (...r: unknown[]) => Promise<DatabaseConnection>
          )(...rest);
          return withInstantParameters(connection);
        };
      const value = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const marked = new WeakSet<DatabaseConnection>();

/** Temporal instants become text that both engines read; done on the connection itself so that drivers keep their identity checks. */
function withInstantParameters(connection: DatabaseConnection): DatabaseConnection {
  if (marked.has(connection)) return connection;
  marked.add(connection);
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = <Row>(query: CompiledQuery, ...rest: unknown[]) =>
    (execute as (q: CompiledQuery, ...r: unknown[]) => Promise<QueryResult<Row>>)(
      { ...query, parameters: query.parameters.map(toParameter) },
      ...rest,
    );
  return connection;
}

function toParameter(value: unknown): unknown {
  return value instanceof Temporal.Instant ? value.toString() : value;
}

/** Timestamps of a result become Temporal instants. */
export const instants: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    for (const row of result.rows)
      for (const key in row) {
        const value = row[key];
        if (value instanceof Date) row[key] = Temporal.Instant.fromEpochMilliseconds(value.getTime());
      }
    return result;
  },
};
