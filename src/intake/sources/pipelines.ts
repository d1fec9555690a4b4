/** Whether the runs of a pipeline are changes: those that somebody named, else those whose name speaks of one. */

const SPEAKS_OF_A_CHANGE =
  /deploy|releas|roll[ ._-]?(out|back)|publish|promot|\bship|migrat|terraform|provision|revert/i;

/** @param names what the pipeline is called, its file too; @param chosen from the integration, a star at the end stands for anything */
export function isPipelineOfChanges(names: readonly string[], chosen: readonly string[]): boolean {
  if (chosen.length === 0) return names.some((name) => SPEAKS_OF_A_CHANGE.test(lastPart(name)));
  return names.some((name) => chosen.some((each) => fits(name.toLowerCase(), each.toLowerCase())));
}

function lastPart(name: string): string {
  return name.split('/').at(-1) ?? name;
}

function fits(name: string, chosen: string): boolean {
  return chosen.endsWith('*')
    ? name.startsWith(chosen.slice(0, -1))
    : name === chosen || lastPart(name) === chosen;
}
