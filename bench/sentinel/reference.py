"""The reconstruction of a CYGNO picture, a second time: numpy, SciPy and scikit-learn, from the description of the experiment's
own reconstruction (reference sections B4, C1 to C3) and not from the TypeScript it is held against.

    python3 reference.py compare DIRECTORY     what DIRECTORY/jobs.json asks for; writes DIRECTORY/answer.json
    python3 reference.py waveforms DIRECTORY   the same for waveforms

A job names files of raw little-endian numbers. A picture's answer holds the points, their weights and labels, the digest of the mask
of kept pixels, and the variables of picture and clusters, with the time of each step.
"""

import hashlib
import json
import sys
import time

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import find_peaks, peak_widths
from sklearn.cluster import DBSCAN


class Clock:
    """Milliseconds of processor time by step."""

    def __init__(self):
        self.ms = {}
        self.last = time.process_time()

    def lap(self, step):
        now = time.process_time()
        self.ms[step] = self.ms.get(step, 0.0) + 1000 * (now - self.last)
        self.last = now


def pedestal_maps(pictures):
    """B4: mean and RMS (n - 1) of every pixel, in two passes; pictures are turned as those of data are.
    pictures: a function that goes through them anew."""
    count = sum(1 for _ in pictures())
    mean = sum(picture.astype(np.float64) for picture in pictures()) / count
    rms = np.sqrt(sum((picture - mean) ** 2 for picture in pictures()) / (count - 1))
    return mean, rms, count


def turn(raw):
    """C1 step 1: rot90, then transposed."""
    return np.rot90(raw).T


def rebin(image, by=4):
    """C1 step 7: mean of blocks."""
    rows, columns = image.shape[0] // by, image.shape[1] // by
    return image.reshape(rows, by, columns, by).mean(-1).mean(1)


def snap(values, steps):
    """A mean of 16 differences between whole counts and a mean of n pictures is a multiple of 1 / (16 n). Double precision misses that
    multiple by some 1e-14, by chance up or down, which decides ties at the cuts below. Snapped, ties fall as in exact numbers."""
    return np.rint(values * steps) / steps


def reduce_noise(edges, spike, neighbour_mean, non_zero):
    """C1 step 9: in place, row by row, with neighbours as already modified."""
    rows, columns = edges.shape
    edges[:2] = 0
    edges[rows - 2 :] = 0
    edges[:, :2] = 0
    edges[:, columns - 2 :] = 0
    grid = edges.tolist()
    for k in range(1, rows - 2):
        above, here, below = grid[k - 1], grid[k], grid[k + 1]
        for j in range(1, columns - 2):
            around = (
                above[j - 1], here[j - 1], below[j - 1], above[j],
                below[j], above[j + 1], here[j + 1], below[j + 1],
            )  # fmt: skip
            centre = here[j]
            mean = sum(around) / 8.0
            if abs(centre - mean) > spike:
                here[j] = mean
            if mean < neighbour_mean:
                here[j] = 0.0
            if sum(1 for value in around if value != 0) + (centre != 0) < non_zero:
                here[j] = 0.0
    return np.array(grid)


def cluster_variables(hits, light, kept):
    """C1 steps 12 and 13, C3. hits: macro-pixels; light: pedestal subtracted and vignetting corrected; kept: zero-suppressed."""
    x, y = (
        (hits[:, axis, None, None] * 4 + offset).repeat(1, 0)
        for axis, offset in ((0, np.arange(4)[None, :, None]), (1, np.arange(4)[None, None, :]))
    )
    x, y = (np.broadcast_to(part, (len(hits), 4, 4)).ravel() for part in (x, y))
    z = light[x, y]
    values, vectors = np.linalg.eigh(np.cov(hits.T.astype(float)))
    cos, sin = vectors[:, np.argmax(values)] if values[0] != values[1] else (1.0, 0.0)
    if cos < 0 or (cos == 0 and sin < 0):
        cos, sin = -cos, -sin
    middle = hits.mean(axis=0)
    along = cos * (x - middle[0]) + sin * (y - middle[1])
    across = cos * (y - middle[1]) - sin * (x - middle[0])
    positive = np.maximum(0, z)
    d = 1.60217662e-7 / (0.015625 * 0.08 * 0.00018)
    a0, sigma0 = 0.1855, 2.5

    def weighted_rms(place):
        mean = (z * place).sum() / z.sum()
        return np.sqrt(abs((z * (place - mean) ** 2).sum() / z.sum()))

    return {
        "sc_size": len(z),
        "sc_nhits": int((kept[x, y] > 0).sum()),
        "sc_integral": z.sum(),
        "sc_corrintegral": (a0 * d * z * z + (1 - 2 * a0 * sigma0) * z + a0 * sigma0**2 / d).sum(),
        "sc_rms": z.std(),
        "sc_theta": np.degrees(np.arctan2(sin, cos)),
        "sc_length": along.max() - along.min(),
        "sc_width": across.max() - across.min(),
        "sc_lfullrms": weighted_rms(along),
        "sc_tfullrms": weighted_rms(across),
        "sc_xmean": np.average(x, weights=positive),
        "sc_ymean": np.average(y, weights=positive),
        "sc_xmin": int(x.min()),
        "sc_xmax": int(x.max()),
        "sc_ymin": int(y.min()),
        "sc_ymax": int(y.max()),
    }


def reconstruct(raw, mean, rms, pictures, vignetting, profile):
    """C1, step by step."""
    clock = Clock()
    image = turn(raw)
    limit = profile["spark"]["perPixel"] * image.size + profile["spark"]["offset"]
    counts = int(image.sum(dtype=np.int64))
    clock.lap("spark")
    if counts > limit:
        return {"kind": "spark", "counts": counts, "ms": clock.ms}
    cut = np.where(image < profile["upperCut"], image, 0)
    clock.lap("cut")
    subtracted = cut - mean
    clock.lap("pedestal")
    kept = np.where(subtracted > profile["sigmas"] * rms, subtracted, 0)
    clock.lap("suppress")
    kept[: profile["acceptance"]["first"]] = 0
    kept[profile["acceptance"]["end"] :] = 0
    clock.lap("accept")
    rebinned = rebin(kept)
    clock.lap("rebin")
    filtered = median_filter(kept, size=2)
    clock.lap("median")
    edges = rebin(filtered)
    clock.lap("rebin")
    edges, rebinned = (snap(values, 16 * pictures) for values in (edges, rebinned))
    clock.lap("snap")
    noise = profile["noise"]
    reduced = reduce_noise(edges, noise["spike"], noise["neighbourMean"], noise["nonZero"])
    clock.lap("noise")
    points = np.argwhere(np.round(reduced) != 0)
    weights = rebinned[points[:, 0], points[:, 1]].astype(int)
    weights[weights == 0] = 1
    clock.lap("points")
    clustering = profile["clustering"]
    labels = np.zeros(0, dtype=int)
    if len(points):
        labels = (
            DBSCAN(eps=clustering["radius"], min_samples=clustering["minWeight"], metric="cityblock")
            .fit(points, sample_weight=weights)
            .labels_
        )
    clock.lap("cluster")
    clusters = []
    if labels.size and labels.max() >= 0:
        gain = np.ones(1) if vignetting is None else 1 / vignetting
        block = image.shape[0] // gain.shape[0]
        gain = gain if vignetting is None else gain.repeat(block, 0).repeat(block, 1)
        light, active = subtracted * gain, kept * gain
        for label in range(labels.max() + 1):
            hits = points[labels == label]
            if len(hits) >= clustering["minPoints"]:
                clusters.append({"label": label, **cluster_variables(hits, light, active)})
    clusters.sort(key=lambda cluster: -cluster["sc_integral"])
    clock.lap("measure")
    event = {
        "cmos_integral": kept.sum(),
        "cmos_mean": kept.mean(),
        "cmos_rms": kept.std(),
        "nSc": len(clusters),
        "lp_len": len(points),
    }
    clock.lap("event")
    return {
        "kind": "picture",
        "mask": hashlib.sha256(np.packbits(kept > 0).tobytes()).hexdigest(),
        "points": points.ravel().tolist(),
        "weights": weights.tolist(),
        "labels": labels.tolist(),
        "event": event,
        "clusters": clusters,
        "ms": clock.ms,
    }


def compare(directory, job):
    shape = (job["profile"]["sensor"]["rows"], job["profile"]["sensor"]["columns"])

    def raw(name):
        return np.fromfile(f"{directory}/{name}", dtype="<u2").reshape(shape)

    mean, rms, count = pedestal_maps(lambda: (turn(raw(name)) for name in job["pedestal"]))
    vignetting = None
    if job["vignetting"]:
        side = shape[0] // job["vignetting"]["block"], shape[1] // job["vignetting"]["block"]
        vignetting = np.array(job["vignetting"]["values"], dtype=float).reshape(side)
    return [
        reconstruct(raw(name), mean, rms, count, vignetting, job["profile"])
        for name in job["pictures"]
    ]


def time_over_threshold(signal, threshold):
    """C4: from the tenth sample in a row above to the fifth in a row below, counted back by ten and by five."""
    ups, begin, downs = 0, None, 0
    for at, sample in enumerate(signal):
        ups = ups + 1 if sample > threshold else 0
        if begin is None:
            if ups == 10:
                begin = max(0, at - 10)
            continue
        downs = downs + 1 if sample < threshold else 0
        if downs == 5:
            return at - 5 - begin, signal[begin : at - 5].sum()
    return (0, 0.0) if begin is None else (len(signal) - begin, signal[begin:].sum())


def waveforms(directory, job):
    """C4, for photomultipliers."""
    answers = []
    for name in job["waveforms"]:
        raw = np.fromfile(f"{directory}/{name}", dtype="<u2").astype(float)
        first = job["settings"]["baselineSamples"]
        baseline = raw[:first].mean()
        signal = np.append(baseline - np.convolve(raw, np.ones(5), "valid") / 5, np.zeros(4))
        rms = signal[:first].std()
        peaks, found = find_peaks(signal, height=5 * rms, prominence=signal.max() / 4, width=5)
        tot, area = time_over_threshold(signal, 5 * rms)
        answers.append({
            "variables": {
                "pmt_wf_baseline": baseline,
                "pmt_wf_RMS": rms,
                "pmt_wf_tot_integral": signal.sum(),
                "pmt_wf_tot_charge": signal.sum() * 4 / 3 / 50,
                "pmt_wf_max_ampl": signal.max(),
                "pmt_TOT_time": tot,
                "pmt_TOT_area": area,
            },
            "peaks": [
                {"position": p, "height": h, "prominence": above, "halfWidth": half, "fullWidth": full}
                for p, h, above, half, full in zip(
                    peaks.tolist(),
                    found["peak_heights"],
                    found["prominences"],
                    peak_widths(signal, peaks, rel_height=0.5)[0],
                    peak_widths(signal, peaks, rel_height=0.95)[0],
                )
            ],
        })
    return answers


if __name__ == "__main__":
    command, where = sys.argv[1:3]
    do = {"compare": compare, "waveforms": waveforms}[command]
    with open(f"{where}/jobs.json", encoding="utf-8") as jobs:
        answer = [do(where, job) for job in json.load(jobs)]
    with open(f"{where}/answer.json", "w", encoding="utf-8") as out:
        json.dump(answer, out, default=float)
