/** Writes the directory as the file that `import` reads: by names, without ids, in a stable order. */
import { stringify } from 'yaml';
import type { Db } from '#platform/db/database.ts';
import { channelsOfOwners, type ToldChannel } from './channels.ts';
import { contractOf, coverOf } from './contract.ts';
import { type Channel, channelsOf } from './fields.ts';
import { toldByWritten } from './told-by-file.ts';

const HEADER = `# The directory of this Humdrum. Edit it and import it again: entries are matched by email, slug or name;
# what you leave out stays as it is, and nothing is ever deleted; a list of channels is taken as a whole.
`;

const SECRETS = `# Left out, because they are secret: the addresses of webhooks and chat rooms, their signing secrets, and what browsers
# need for notifications. "host (fingerprint)" stands for such an address: imported here it keeps the channel as it is,
# elsewhere write the whole address in its place. Passwords, logins and tokens are never in this file.
`;

export async function exportDirectory(db: Db): Promise<string> {
  const [people, teams, members, third, services, depends, stands, clients, served, contacts] = [
    await db.selectFrom('person').selectAll().where('archived_at', 'is', null).orderBy('email').execute(),
    await db.selectFrom('team').selectAll().where('archived_at', 'is', null).orderBy('name').execute(),
    await db.selectFrom('team_member').selectAll().execute(),
    await db.selectFrom('third_party').selectAll().where('archived_at', 'is', null).orderBy('name').execute(),
    await db.selectFrom('service').selectAll().where('archived_at', 'is', null).orderBy('slug').execute(),
    await db.selectFrom('service_dependency').selectAll().execute(),
    await db.selectFrom('service_third_party').selectAll().execute(),
    await db.selectFrom('client').selectAll().where('archived_at', 'is', null).orderBy('name').execute(),
    await db.selectFrom('client_service').selectAll().execute(),
    await db.selectFrom('contact').selectAll().where('archived_at', 'is', null).orderBy('name').execute(),
  ];
  const toldBy = {
    people: await channelsOfOwners(db, 'person_id', people),
    contacts: await channelsOfOwners(db, 'contact_id', contacts),
  };
  const written = (list: ToldChannel[] | undefined, key: string) => {
    const channels = toldByWritten(list ?? []);
    return channels ? { [key]: channels } : {};
  };
  const email = new Map(people.map((each) => [each.id, each.email]));
  const teamName = new Map(teams.map((each) => [each.id, each.name]));
  const thirdName = new Map(third.map((each) => [each.id, each.name]));
  const slug = new Map(services.map((each) => [each.id, each.slug]));
  const file = {
    people: people.map((each) => ({
      name: each.name,
      email: each.email,
      zone: each.zone,
      channels: channelsOf(each.channels).map(inFile),
      ...written(toldBy.people.get(each.id), 'message_channels'),
    })),
    teams: teams.map((each) => ({
      name: each.name,
      members: names(members.filter((row) => row.team_id === each.id).map((row) => email.get(row.person_id))),
    })),
    third_parties: third.map((each) => ({
      name: each.name,
      status_url: each.status_url,
      feed: each.feed_kind && { kind: each.feed_kind, url: each.feed_url, components: each.components },
      probe: each.probe_url && { url: each.probe_url, text: each.probe_text },
      ...(each.still_works ? { still_works: each.still_works } : {}),
    })),
    services: services.map((each) => ({
      slug: each.slug,
      name: each.name,
      description: each.description,
      public_name: each.public_name,
      on_public_page: each.on_public_page,
      owner: teamName.get(each.owner_team_id ?? '') ?? null,
      region: each.region,
      zone: each.zone,
      primary: email.get(each.primary_id ?? '') ?? null,
      backup: email.get(each.backup_id ?? '') ?? null,
      manager: email.get(each.manager_id ?? '') ?? null,
      second_team: teamName.get(each.second_team_id ?? '') ?? null,
      depends_on: names(
        depends.filter((row) => row.service_id === each.id).map((row) => slug.get(row.depends_on_id)),
      ),
      third_parties: names(
        stands.filter((row) => row.service_id === each.id).map((row) => thirdName.get(row.third_party_id)),
      ),
    })),
    clients: clients.map((each) => ({
      name: each.name,
      account_owner: email.get(each.account_owner_id ?? '') ?? null,
      services: names(
        served.filter((row) => row.client_id === each.id).map((row) => slug.get(row.service_id)),
      ),
      cover: coverOf(each.cover),
      contract: contractInFile(each.contract),
      contacts: contacts
        .filter((row) => row.client_id === each.id)
        .map(({ id, name, role, email, phone, language, zone }) => ({
          name,
          role,
          email,
          phone,
          language,
          zone,
          ...written(toldBy.contacts.get(id), 'channels'),
        })),
    })),
  };
  const text = stringify(file, { lineWidth: 0 });
  return `${HEADER}${SECRETS}${text}`;
}

function inFile(channel: Channel) {
  return channel.kind === 'app' ? 'app' : { [channel.kind]: channel.address };
}

function contractInFile(kept: unknown) {
  const contract = contractOf(kept);
  return (
    contract && {
      first_response_minutes: contract.firstResponseMinutes,
      cadence_minutes: contract.cadenceMinutes,
      clock: contract.clock,
      needs_call: contract.needsCall,
    }
  );
}

function names(list: (string | undefined)[]): string[] {
  return list.filter((each) => each !== undefined).toSorted();
}
