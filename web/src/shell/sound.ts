/** The sound of a page: two tones that repeat until somebody answers, made here, without a file. */

const EVERY_MS = 2_500;
const TONES: { hertz: number; atSeconds: number }[] = [
  { hertz: 740, atSeconds: 0 },
  { hertz: 988, atSeconds: 0.22 },
];
const TONE_SECONDS = 0.2;
const LOUDNESS = 0.25;

/** Rings until the returned function is called. Browsers stay silent until the page was touched once; then it begins. */
export function ring(): () => void {
  if (!('AudioContext' in globalThis)) return () => undefined;
  const audio = new AudioContext();
  const both = () => {
    if (audio.state === 'suspended') void audio.resume().catch(() => undefined);
    else for (const tone of TONES) sound(audio, tone);
  };
  both();
  const again = setInterval(both, EVERY_MS);
  return () => {
    clearInterval(again);
    void audio.close();
  };
}

function sound(audio: AudioContext, { hertz, atSeconds }: { hertz: number; atSeconds: number }): void {
  const start = audio.currentTime + atSeconds;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
  volume.gain.linearRampToValueAtTime(0, start + TONE_SECONDS);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + TONE_SECONDS);
}

/** One pair of tones: something is due, nobody is being called. */
export function chime(): void {
  if (!('AudioContext' in globalThis)) return;
  const audio = new AudioContext();
  if (audio.state !== 'running') return void audio.close();
  for (const tone of TONES) sound(audio, tone);
  setTimeout(() => void audio.close(), EVERY_MS);
}
