/** The kinds of trackers and how they are called. Pure, for the screens as well. */
export const KINDS = ['github', 'gitlab', 'jira', 'linear'] as const;
export type Kind = (typeof KINDS)[number];
export const KIND_WORDS: Record<Kind, string> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  jira: 'Jira',
  linear: 'Linear',
};
