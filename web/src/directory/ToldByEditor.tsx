/** By which channels somebody is told, in the order in which they are tried. */
import { Button, Fieldset, Select, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { TOLD_BY, TOLD_BY_WORDS, type ToldBy } from '#directory/told-by.ts';
import { channelKindsQuery } from './channel-kinds.ts';
import './directory.css';

export type GivenToldBy = {
  kind: ToldBy;
  address: string;
  label?: string | null;
  off?: boolean;
  beside?: boolean;
};

const CHANNELS_MAX = 8;
// A browser subscribes by itself; nobody can type that.
const OFFERED = TOLD_BY.filter((kind) => kind !== 'web_push');
const PLACEHOLDERS: Record<ToldBy, string> = {
  email: 'name@example.com',
  sms: '+49 151 12345678',
  voice: '+49 30 1234567',
  slack: '#incidents, or https://hooks.slack.com/…',
  teams: 'the address of the workflow',
  discord: 'https://discord.com/api/webhooks/…',
  mattermost: 'https://chat.example.com/hooks/…',
  web_push: '',
  webhook: 'https://example.com/hook',
};

type Props = {
  legend: string;
  none: string;
  channels: GivenToldBy[];
  change: (channels: GivenToldBy[]) => void;
  kinds?: readonly ToldBy[];
  labels?: boolean;
  error?: string | undefined;
  /** What the server refused of one channel, by its place. */
  problem?: ((index: number) => string | undefined) | undefined;
};

export function ToldByEditor({
  legend,
  none,
  channels,
  change,
  kinds = OFFERED,
  labels,
  error,
  problem,
}: Props) {
  const missing = useMissing();
  const put = (index: number, channel: GivenToldBy) => change(channels.with(index, channel));
  const earlier = (index: number) =>
    change(channels.with(index, channels[index - 1]!).with(index - 1, channels[index]!));
  return (
    <Fieldset legend={legend} radius="md">
      {channels.length === 0 ? <p className="quiet small">{none}</p> : null}
      {channels.map((channel, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a channel has no identity but its place
        <div className="channel" key={index}>
          {channel.kind === 'web_push' ? (
            <p>{TOLD_BY_WORDS.web_push}</p>
          ) : (
            <Select
              aria-label={`Kind of channel ${index + 1}`}
              size="md"
              allowDeselect={false}
              data={[...new Set([...kinds, channel.kind])].map((value) => ({
                value,
                label: TOLD_BY_WORDS[value],
              }))}
              value={channel.kind}
              onChange={(kind) => put(index, { kind: kind as ToldBy, address: '' })}
            />
          )}
          <div className="channel-address">
            {channel.kind === 'web_push' ? (
              <p className="small quiet">
                {channel.label ?? 'A browser'} · {channel.address}
                {channel.beside ? ' · told beside the others, at the same moment' : ''}
              </p>
            ) : (
              <TextInput
                aria-label={`Address of channel ${index + 1}`}
                size="md"
                placeholder={PLACEHOLDERS[channel.kind]}
                value={channel.address}
                onChange={(event) => put(index, { ...channel, address: event.currentTarget.value })}
                error={problem?.(index)}
              />
            )}
            {missing.get(channel.kind) ? (
              <p className="small amber">
                {TOLD_BY_WORDS[channel.kind]} cannot be used here yet: {missing.get(channel.kind)}.
              </p>
            ) : null}
            {labels && channel.kind !== 'web_push' ? (
              <TextInput
                aria-label={`What channel ${index + 1} is called`}
                size="md"
                placeholder="what it is called"
                value={channel.label ?? ''}
                onChange={(event) => put(index, { ...channel, label: event.currentTarget.value || null })}
              />
            ) : null}
            {channel.off === undefined && !channel.beside ? null : (
              <Switch
                label="Use this channel"
                checked={!channel.off}
                onChange={(event) => put(index, { ...channel, off: !event.currentTarget.checked })}
              />
            )}
          </div>
          <span className="channel-end">
            {index > 0 && !channel.beside ? (
              <Button
                variant="subtle"
                size="compact-md"
                onClick={() => earlier(index)}
                aria-label={`Try channel ${index + 1} earlier`}
              >
                Earlier
              </Button>
            ) : null}
            <Button
              variant="subtle"
              size="compact-md"
              onClick={() => change(channels.toSpliced(index, 1))}
              aria-label={`Remove channel ${index + 1}`}
            >
              Remove
            </Button>
          </span>
        </div>
      ))}
      {channels.length < CHANNELS_MAX ? (
        <Button
          variant="default"
          mt="sm"
          onClick={() => change([...channels, { kind: kinds[0] ?? 'email', address: '' }])}
        >
          Add a channel
        </Button>
      ) : null}
      {error ? (
        <p className="red small" role="alert">
          {error}
        </p>
      ) : null}
    </Fieldset>
  );
}

/** Why a kind cannot be used in this installation, for those that cannot. */
function useMissing(): Map<ToldBy, string> {
  const kinds = useQuery(channelKindsQuery).data?.kinds ?? [];
  return new Map(
    kinds.flatMap(({ kind, notConfigured }) =>
      notConfigured ? [[kind, notConfigured.replace(/^not sent: /, '')]] : [],
    ),
  );
}

/** What the server keeps, as the form edits it; only a channel that is off shows its switch. */
export function givenOf(
  kept: readonly {
    kind: ToldBy;
    address: string;
    label: string | null;
    offAt: string | null;
    beside?: boolean;
  }[],
): GivenToldBy[] {
  return kept.map(({ kind, address, label, offAt, beside }) => ({
    kind,
    address,
    label,
    ...(offAt ? { off: true } : {}),
    ...(beside ? { beside } : {}),
  }));
}
