// A cluster: PostgreSQL, API nodes and workers, each a process of the built program.
import { startPostgres, type PostgresServer } from '../postgres.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';
import { AUTH_TOKENS, OPERATOR } from '../token-program.js';
import { ClusterNode, type Death, type NodeRole } from './cluster-node.js';

export interface ClusterOptions {
  readonly api: number;
  readonly workers: number;
  /** How many days a worker runs at a time, of all datasets. @default the program's */
  readonly workerConcurrency?: number;
  /** How many batches run at a time. @default the program's */
  readonly maxActiveBatches?: number;
  readonly datasets: readonly DatasetYaml[];
  /** Further variables of each process. @default none */
  readonly env?: Readonly<Record<string, string>>;
  /** @default a server without fsync */
  readonly postgres?: PostgresServer;
}

export class Cluster {
  readonly deaths: Death[] = [];
  readonly nodes: readonly ClusterNode[];

  private constructor(
    readonly postgres: PostgresServer,
    options: ClusterOptions,
    folders: ReadonlyMap<string, string>,
  ) {
    const { datasets, maxActiveBatches, workerConcurrency } = options;
    this.nodes = [...folders].map(([name, folder]) => {
      const role: NodeRole = name.startsWith('api') ? 'api' : 'worker';
      const env = {
        DATABASE_URL: postgres.url(),
        ROLE: role,
        NODE_NAME: name,
        ...(workerConcurrency === undefined
          ? {}
          : { WORKER_CONCURRENCY: String(workerConcurrency) }),
        ...(maxActiveBatches === undefined ? {} : { MAX_ACTIVE_BATCHES: String(maxActiveBatches) }),
        AUTH_TOKENS,
        ...options.env,
      };
      const died = (death: Death): void => void this.deaths.push(death);
      return new ClusterNode(name, role, { folder, datasets, env, token: OPERATOR }, died);
    });
  }

  /** Starts PostgreSQL and all nodes at once, on an empty database. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const folders = new Map<string, string>();
    for (const name of [...named('api', options.api), ...named('worker', options.workers)]) {
      folders.set(name, await scratchFolder());
    }
    const cluster = new Cluster(options.postgres ?? (await startPostgres()), options, folders);
    await Promise.all(cluster.nodes.map((node) => node.start()));
    return cluster;
  }

  get api(): readonly ClusterNode[] {
    return this.nodes.filter(({ role }) => role === 'api');
  }

  get workers(): readonly ClusterNode[] {
    return this.nodes.filter(({ role }) => role === 'worker');
  }

  /** @param name such as `api-1` or `worker-3` */
  node(name: string): ClusterNode {
    const found = this.nodes.find((node) => node.name === name);
    if (found === undefined) throw new Error(`expected a node, got ${name}`);
    return found;
  }

  async stop(): Promise<readonly (number | null)[]> {
    return Promise.all(this.nodes.filter(({ isUp }) => isUp).map((node) => node.stop()));
  }
}

function named(role: NodeRole, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${role}-${index + 1}`);
}
