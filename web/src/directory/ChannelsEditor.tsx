/** Ways of being reached, in the order in which they are tried. */
import { Button, Fieldset, Select, TextInput } from '@mantine/core';
import './directory.css';

export type ChannelKind = 'app' | 'email' | 'push';
export type GivenChannel = { kind: ChannelKind; address: string };

const CHANNELS_MAX = 6;
export const CHANNEL_WORDS: Record<ChannelKind, string> = {
  app: 'In the app',
  email: 'Email',
  push: 'Push (ntfy)',
};
const KINDS = (Object.keys(CHANNEL_WORDS) as ChannelKind[]).map((value) => ({
  value,
  label: CHANNEL_WORDS[value],
}));

type Props = {
  channels: GivenChannel[];
  change: (channels: GivenChannel[]) => void;
  email: string;
  mine?: boolean;
  error?: string | undefined;
};

export function ChannelsEditor({ channels, change, email, mine = false, error }: Props) {
  const put = (index: number, channel: GivenChannel) => change(channels.with(index, channel));
  const earlier = (index: number) =>
    change(channels.with(index, channels[index - 1]!).with(index - 1, channels[index]!));
  return (
    <Fieldset legend={`How ${mine ? 'I am' : 'they are'} reached, in this order`} radius="md">
      {channels.length === 0 ? <p className="red">No channel: this person cannot be reached.</p> : null}
      {channels.map((channel, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a channel has no identity but its place
        <div className="channel" key={index}>
          <Select
            aria-label={`Kind of channel ${index + 1}`}
            size="md"
            data={KINDS}
            value={channel.kind}
            onChange={(kind) =>
              put(index, { kind: kind as ChannelKind, address: kind === 'email' ? email : '' })
            }
          />
          {channel.kind === 'app' ? (
            <p className="quiet small">
              Sound while Humdrum is open, and a notification in every browser where they are turned on.
            </p>
          ) : (
            <TextInput
              aria-label={
                channel.kind === 'email'
                  ? `Email address of channel ${index + 1}`
                  : `Push topic of channel ${index + 1}`
              }
              size="md"
              placeholder={
                channel.kind === 'email'
                  ? 'name@example.com'
                  : 'a secret topic, or https://ntfy.example.com/topic'
              }
              value={channel.address}
              onChange={(event) => put(index, { ...channel, address: event.currentTarget.value })}
            />
          )}
          <span className="channel-end">
            {index > 0 ? (
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
          onClick={() => change([...channels, { kind: 'push', address: '' }])}
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
