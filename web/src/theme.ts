/** The look, in one file: paper, ink, one accent, and colour only where it means something. */
import {
  Button,
  Checkbox,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  InputWrapper,
  type MantineColorsTuple,
  Menu,
  Modal,
  Select,
  Skeleton,
} from '@mantine/core';

const accent: MantineColorsTuple = [
  '#eef3fc',
  '#d9e4f7',
  '#b5c9ee',
  '#8db0f5',
  '#8ab0ff',
  '#4f7bd0',
  '#2f5fb4',
  '#1f4b99',
  '#193d7e',
  '#132f62',
];
const gray: MantineColorsTuple = [
  '#faf9f6',
  '#f0eee8',
  '#e8e5dd',
  '#dedbd2',
  '#c9c6bd',
  '#9b998f',
  '#6b6a66',
  '#565a63',
  '#3b3e46',
  '#1d1f24',
];
const dark: MantineColorsTuple = [
  '#ecebe6',
  '#c6c7c9',
  '#a2a6af',
  '#7c818c',
  '#3a3e48',
  '#2b2e36',
  '#1c1f27',
  '#15161a',
  '#101115',
  '#0b0c0f',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 4 },
  colors: { accent, gray, dark },
  white: '#ffffff',
  black: '#1d1f24',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'IBM Plex Mono', ui-monospace, monospace",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '700' },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  shadows: { xs: 'none', sm: 'none', md: 'none', lg: 'none', xl: 'none' },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: 'md' },
      styles: { label: { whiteSpace: 'normal', lineHeight: 1.25 } },
      vars: (_, props) => ({
        root:
          props.variant === undefined || props.variant === 'filled'
            ? {
                '--button-bg': props.color === 'red' ? 'var(--red)' : 'var(--accent)',
                '--button-hover': props.color === 'red' ? 'var(--red-strong)' : 'var(--accent-strong)',
                '--button-color': 'var(--on-accent)',
              }
            : props.variant === 'subtle'
              ? {
                  '--button-color': props.color ? undefined : 'var(--quiet)',
                  '--button-hover': 'var(--hover)',
                }
              : {},
      }),
    }),
    // A box that is ticked is no circle, which would be a choice of one.
    Checkbox: Checkbox.extend({ defaultProps: { radius: 6 } }),
    Drawer: Drawer.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      styles: {
        content: { background: 'var(--card)' },
        header: { background: 'var(--card)' },
        title: { fontWeight: 650, fontSize: 18 },
      },
    }),
    InputWrapper: InputWrapper.extend({
      styles: { label: { fontSize: 14, fontWeight: 550, marginBottom: 4 }, description: { fontSize: 13 } },
    }),
    Modal: Modal.extend({
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        centered: true,
        overlayProps: { backgroundOpacity: 0.35 },
        radius: 'md',
      },
      styles: {
        content: { border: '1px solid var(--line)', background: 'var(--card)' },
        header: { background: 'var(--card)' },
        title: { fontWeight: 650, fontSize: 18 },
      },
    }),
    // The placeholder that takes the focus is no item of a menu; without it the first item has it.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Select: Select.extend({ defaultProps: { allowDeselect: false, checkIconPosition: 'right' } }),
    Skeleton: Skeleton.extend({ defaultProps: { radius: 'sm' } }),
  },
});

/** Everything that Mantine has no name for; app.css uses only these. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f6f5f1',
    '--mantine-color-dimmed': '#5b5f68',
    '--mantine-color-placeholder': '#6f727a',
    '--mantine-color-default-border': '#d3d0c7',
    '--mantine-color-error': '#b3261e',
    '--paper': '#f6f5f1',
    '--card': '#ffffff',
    '--ink': '#1d1f24',
    '--quiet': '#5b5f68',
    '--line': '#e2dfd7',
    '--hover': '#ecebe4',
    '--accent': '#1f4b99',
    '--accent-strong': '#193d7e',
    '--accent-soft': '#e6edf9',
    '--on-accent': '#ffffff',
    '--red': '#b3261e',
    '--red-strong': '#8f1d17',
    '--red-soft': '#fbeceb',
    '--amber': '#8a5300',
    '--amber-soft': '#f8eedb',
    '--green': '#1b6b3f',
    '--green-soft': '#e5f2ea',
  },
  dark: {
    '--mantine-color-body': '#15161a',
    '--mantine-color-text': '#ecebe6',
    '--mantine-color-dimmed': '#a2a6af',
    '--mantine-color-placeholder': '#8b909b',
    '--mantine-color-default-border': '#3a3e48',
    '--mantine-color-error': '#ff8a80',
    '--paper': '#15161a',
    '--card': '#1c1f27',
    '--ink': '#ecebe6',
    '--quiet': '#a2a6af',
    '--line': '#2b2e36',
    '--hover': '#23262f',
    '--accent': '#8ab0ff',
    '--accent-strong': '#a9c5ff',
    '--accent-soft': '#1f2a43',
    '--on-accent': '#10131b',
    '--red': '#ff8a80',
    '--red-strong': '#ffa59d',
    '--red-soft': '#3a1f20',
    '--amber': '#f2b45a',
    '--amber-soft': '#33291a',
    '--green': '#7bd3a0',
    '--green-soft': '#17301f',
  },
});
