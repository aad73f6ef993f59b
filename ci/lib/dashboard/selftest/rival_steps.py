"""Finds steps by Otava and by ruptures. Run by rivals.py in their virtual environment: JSON on standard input, a list of series;
on standard output, for each program and version the places of the steps in each series, or null if it is not installed."""
import importlib.metadata
import json
import math
import sys

import numpy


def with_otava():
    """As `otava analyze` does without options."""
    from otava import analysis, series
    options = series.AnalysisOptions()

    def places(values):
        found, _ = analysis.compute_change_points(values, window_len=options.window_len, max_pvalue=options.max_pvalue, min_magnitude=options.min_magnitude)
        return sorted(int(point.index) for point in found)
    return places


def with_ruptures(kernel, penalty):
    """It has no default for what a step must save. Here it is in units of the noise's variance and the logarithm of the length."""
    import ruptures

    def places(values):
        scale = numpy.median(numpy.abs(numpy.diff(values))) / 0.954 or numpy.std(values) or 1.0  # of normal differences, the median is 0.954 sd
        signal = ((numpy.array(values) - numpy.median(values)) / scale).reshape(-1, 1)
        return ruptures.KernelCPD(kernel=kernel, min_size=6).fit(signal).predict(pen=penalty * math.log(len(values)))[:-1]
    return places


PROGRAMS = (("Otava", "apache-otava", with_otava), ("ruptures, linear kernel", "ruptures", lambda: with_ruptures("linear", 3)),
            ("ruptures, rbf kernel", "ruptures", lambda: with_ruptures("rbf", 0.85)))


def main():
    all_series, found = json.load(sys.stdin), {}
    for title, package, make in PROGRAMS:
        try:
            places = make()
        except ImportError:
            found[title] = None
        else:
            first, comma, kernel = title.partition(",")
            found[f"{first} {importlib.metadata.version(package)}{comma}{kernel}"] = [[int(place) for place in places(values)] for values in all_series]
    print(json.dumps(found))


main()
