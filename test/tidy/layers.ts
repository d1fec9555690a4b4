/** Which part of the house a file belongs to, and which parts it may import. */

const ROOMS = ['intake', 'declare', 'communicate', 'triage', 'restore', 'learn', 'oncall', 'insights'];

/** Returns the layer, the room's own name for rooms, or undefined for a folder that the house does not have. */
export function layerOf(path: string): string | undefined {
  const [top, second, ...rest] = path.split('/');
  if (top !== 'src' || second === undefined) return undefined;
  if (rest.length === 0) return second === 'story.ts' ? 'story' : 'main';
  if (['platform', 'promise', 'incident', 'directory', 'cli', 'demo', ...ROOMS].includes(second))
    return second;
  return undefined;
}

/** Why `from` may not import `to`, or undefined when it may. */
export function forbidden(from: string, to: string): string | undefined {
  if (from === to || from === 'main' || from === 'demo') return undefined;
  if (to === 'main' || to === 'story' || to === 'demo' || to === 'cli') {
    if (from === 'cli' && to === 'main') return undefined;
    return `${to} assembles the house and is imported by nobody below it: let story.ts hand you what you need`;
  }
  if (from === 'story' || from === 'cli') return undefined;
  if (ROOMS.includes(from)) {
    if (!ROOMS.includes(to)) return undefined;
    return 'rooms never import each other: react to the fact, or let story.ts hand you a function';
  }
  const below: Record<string, string[]> = {
    incident: ['promise', 'platform'],
    directory: ['promise', 'platform'],
    promise: ['platform'],
    platform: [],
  };
  if (below[from]?.includes(to)) return undefined;
  return 'imports point one way, story → rooms → incident → promise → platform: move the shared part down, or take a parameter';
}
