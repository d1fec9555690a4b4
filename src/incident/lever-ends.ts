/** That something ended which one of our levers may have begun: intake reads it from a webhook, a repair ends its run by it. */

/** What GitHub or GitLab told of a deployment, a workflow run or a pipeline that is over. */
export type LeverEnd = {
  of: 'github_deployment' | 'github_workflow' | 'gitlab_pipeline';
  /** What the other side calls the place: `acme/checkout`, or the number of a project. */
  places: string[];
  id: string;
  /** The run that we wrote into it when we made it; whoever made it by hand wrote none. */
  runId: string | undefined;
  state: 'done' | 'failed';
  words: string;
  link: string | undefined;
};

/** Outside of any transaction. @returns how many runs ended by it; what none of our levers began, or what had ended before, ends nothing */
export type HearLeverEnds = (ends: readonly LeverEnd[]) => Promise<number>;
