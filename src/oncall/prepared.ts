/** What other rooms know that a service is missing before anything breaks; this room shows it beside who would be reached. */

export type Unprepared = {
  serviceId: string;
  code: 'no_playbook' | 'rollback_unknown' | 'no_change_feed';
  /** A sentence without the name of the service, so that several are said at once. */
  text: string;
};

/** @returns what is missing for each of these services; nothing for those that are prepared */
export type FindUnprepared = (serviceIds: string[]) => Promise<Unprepared[]>;
