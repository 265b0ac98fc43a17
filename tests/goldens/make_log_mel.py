"""Log-mel spectrogram of a chirp, written out in numpy with a plain DFT matrix: python3 tests/goldens/make_log_mel.py"""

import json
import pathlib

import numpy as np

RATE, WINDOW, HOP, BANDS = 8000, 64, 32, 8
t = np.arange(200) / RATE
signal = (0.5 * np.sin(2 * np.pi * (300 + 4000 * t) * t) + 0.1 * np.cos(2 * np.pi * 2500 * t)).astype(np.float32)


def mel(f):
    return 2595 * np.log10(1 + f / 700)


def hertz(m):
    return 700 * (10 ** (m / 2595) - 1)


n = np.arange(WINDOW)
hann = 0.5 - 0.5 * np.cos(2 * np.pi * n / WINDOW)
bins = np.arange(WINDOW // 2 + 1)
dft = np.exp(-2j * np.pi * np.outer(bins, n) / WINDOW)
corners = hertz(np.linspace(0, mel(RATE / 2), BANDS + 2))
frequencies = bins * RATE / WINDOW
filters = np.zeros((BANDS, len(bins)))
for band in range(BANDS):
    left, centre, right = corners[band : band + 3]
    up = (frequencies - left) / (centre - left)
    down = (right - frequencies) / (right - centre)
    filters[band] = np.maximum(0, np.minimum(up, down))
frames = []
for start in range(0, len(signal) - WINDOW + 1, HOP):
    power = np.abs(dft @ (hann * signal[start : start + WINDOW])) ** 2
    frames.append(np.log(np.maximum(filters @ power, 1e-10)))
result = {
    "settings": {"rate": RATE, "window": WINDOW, "hop": HOP, "bands": BANDS},
    "signal": [float(x) for x in signal],
    "expected": [float(x) for x in np.concatenate(frames)],
}
path = pathlib.Path(__file__).with_name("log-mel.json")
path.write_text(json.dumps(result) + "\n")
