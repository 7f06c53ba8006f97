/** Side of a macro-pixel in pixels: the rebinning of every site (reference C1 step 7). */
export const MACRO = 4;

/** Pixels of a macro-pixel. */
export const MACRO_AREA = MACRO * MACRO;
