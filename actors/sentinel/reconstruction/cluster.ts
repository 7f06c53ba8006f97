/**
 * What is measured of a cluster, under the experiment's names (reference C3). Lengths and places are pixels at full resolution; `x` is the
 * row of the picture, `y` its column. Light is counts above the pedestal, corrected for vignetting.
 *
 * Left out is what holds no measurement there: sc_pearson (always 999), and sc_energy and sc_pathlength (-1, not calibrated).
 */
export interface Cluster {
  /** Label of its points. */
  readonly label: number;
  /** All pixels: 16 for each macro-pixel. */
  readonly sc_size: number;
  /** Pixels above zero suppression. */
  readonly sc_nhits: number;
  /** Light of all pixels, suppressed or not. */
  readonly sc_integral: number;
  /** The same after the correction for saturation of C1 step 4. */
  readonly sc_corrintegral: number;
  /** Standard deviation (n) of the light of a pixel. */
  readonly sc_rms: number;
  /** Inclination of the principal axis from the x axis, degrees in (-90, 90]. */
  readonly sc_theta: number;
  /** Extent of the pixels along the principal axis, and across. */
  readonly sc_length: number;
  readonly sc_width: number;
  /** RMS of the light along the principal axis and across, every pixel at its place. */
  readonly sc_lfullrms: number;
  readonly sc_tfullrms: number;
  /** Mean place, weighted with the light where it is positive; the middle where none is. */
  readonly sc_xmean: number;
  readonly sc_ymean: number;
  /** First and last row and column. */
  readonly sc_xmin: number;
  readonly sc_xmax: number;
  readonly sc_ymin: number;
  readonly sc_ymax: number;
}

/** What is measured of a picture, under the experiment's names (reference C2). */
export interface PictureVariables {
  /** Sum, mean and standard deviation (n) over all pixels of the zero-suppressed picture, counts. */
  readonly cmos_integral: number;
  readonly cmos_mean: number;
  readonly cmos_rms: number;
  /** Clusters. */
  readonly nSc: number;
  /** Macro-pixels that were clustered (C5). */
  readonly lp_len: number;
  readonly pedestal_run: number;
}
