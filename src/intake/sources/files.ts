/** What a push most likely changes, told by the names of its files. */
import type { ChangeKind } from '#incident/change.ts';

const FILES_READ_MAX = 3000;

// The riskiest that occurs decides.
const KINDS: readonly [ChangeKind, RegExp][] = [
  ['migration', /(^|\/)(migrations?|db\/migrate)\/|\.sql$/i],
  ['infra', /\.(tf|tfvars|hcl)$|(^|\/)(terraform|helm|charts|k8s|kubernetes|ansible|infra(structure)?)\//i],
  [
    'dependency',
    /(^|\/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Gemfile\.lock|poetry\.lock|Cargo\.lock|go\.sum|composer\.lock)$/i,
  ],
  ['config', /(^|\/)(config|settings)\/|\.(env|ini|toml|properties|conf)$/i],
];

/** @returns undefined when the names tell nothing */
export function kindOfFiles(files: readonly string[]): ChangeKind | undefined {
  const read = files.slice(0, FILES_READ_MAX);
  return KINDS.find(([, pattern]) => read.some((file) => file.length <= 1000 && pattern.test(file)))?.[0];
}
