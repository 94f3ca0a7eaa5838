/** What a job file is made from: the command of one shard, and how many there are. */

export type EmitTarget = 'kubernetes' | 'slurm' | 'github-actions';

export interface ShardedJob {
  /** Scenario name, for names of jobs. */
  readonly scenario: string;
  readonly designHash: string;
  readonly trials: number;
  readonly shards: number;
  /** Version of infersim. */
  readonly version: string;
  /** Words of `sweep` and its arguments, without shard, folder and output flags. */
  readonly sweepWords: readonly string[];
  /** Flags that merging has to share with the sweep. */
  readonly mergeFlags: readonly string[];
  /** Folder of the merged sweep; shards lie beside it. */
  readonly out: string;
  /** Container image that has the `infersim` command (Kubernetes). */
  readonly image: string;
}

/** Folder of a shard; `index` may be a shell or workflow expression. */
export function shardFolder(job: ShardedJob, index: number | string): string {
  return `${job.out}-shard-${index}-of-${job.shards}`;
}

/** Flags of every shard: it goes on where a killed one stopped, and a missed objective is no failure of the job. */
export const SHARD_FLAGS = ['--resume', '--no-gate', '--progress', 'plain', '--format', 'none'] as const;

/** Words of the command that joins the shards. */
export function mergeWords(job: ShardedJob): string[] {
  const folders = Array.from({ length: job.shards }, (_, index) => shardFolder(job, index + 1));
  return ['merge', ...folders, ...job.mergeFlags, '--no-gate', '--out', job.out];
}

/** A word as a POSIX shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words as a POSIX shell takes them. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** `<scenario>-sweep-<hash>` in the letters that Kubernetes allows in names, at most 50 of them. */
export function jobName(job: ShardedJob): string {
  const plain = job.scenario
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30);
  return `${plain === '' ? 'infersim' : plain.replace(/-+$/, '')}-sweep-${job.designHash.slice(0, 8)}`;
}
