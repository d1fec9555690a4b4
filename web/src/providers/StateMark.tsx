/** How a provider is, in two words with their colour; never a colour alone. */
import { type Provider, stateWords, tone } from './provider.ts';

export function StateMark({ of }: { of: Pick<Provider, 'state' | 'stale' | 'last' | 'asOf'> }) {
  return <span className={`state-mark ${tone(of.state, of.stale)}`}>{stateWords(of)}</span>;
}
