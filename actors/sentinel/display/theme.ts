/** Colours of displays: a dark page, for the colour map begins with black. */
export const THEME = {
  page: '#14151a',
  text: '#e6e6ea',
  faint: '#9a9ba5',
  frame: '#4a4b55',
  /** Outlines and what is written on the picture, and the dark edge that keeps it readable over light. */
  mark: '#ffffff',
  edge: '#000004',
} as const;

/**
 * Lines of waveforms: those of Okabe and Ito's palette that stand out on dark ground, told apart by readers with any colour
 * vision.
 */
export const LINE_COLORS = ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#f0e442', '#d55e00'] as const;
