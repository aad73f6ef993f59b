"""Series with the noise of real ones, and with no step but those that are planted. The real ones are data.js files, which
github-action-benchmark keeps on a branch of many projects.

The noise of a point is its ratio to the median of the WINDOW points around it. So steps and slow drifts are gone, whichever
method would have found them; outliers, rounding and the spread stay. The noise is put together again in two ways: shuffled,
and as stretches of STRETCH points from random places, in which neighbours stay as alike as they were."""
import numpy

from dashboard.formats import data_js
from dashboard.levels import rounding_of
from shared.errors import CannotRun
from shared.record import is_number

LEAST = 30  # points of a series
MOST = 25  # series of a file, drawn at random: no project counts much more than another
WINDOW = 15
STRETCH = 10
EDGE = 6  # a step is planted at least so many points from either end


def series_of(path):
    """The address of the project, and the values of each benchmark by suite, name and unit."""
    series = {}
    try:
        document = data_js.document_of(path).value
        for suite, entries in document["entries"].items():
            for bench in (bench for entry in entries for bench in entry["benches"]):
                if is_number(bench["value"]) and bench["value"] > 0:
                    series.setdefault((suite, bench["name"], str(bench.get("unit", ""))), []).append(float(bench["value"]))
    except CannotRun as error:
        raise CannotRun(f"{path}: {error}") from None
    except (AttributeError, KeyError, TypeError) as error:
        raise CannotRun(f"{path}: not a data.js of github-action-benchmark: it has no entries with benches, each with name and value ({error})") from None
    return str(document.get("repoUrl", "")), series


def read(folder, random):
    """For each file: its name, the project's address, and the series that are taken: pairs of unit and values."""
    taken = []
    for path in sorted(folder.glob("*.js")):
        address, series = series_of(path)
        fit = [(unit, numpy.array(values)) for (_, _, unit), values in sorted(series.items()) if len(values) >= LEAST and len(set(values)) > 1]
        if fit:
            taken.append((path.stem, address, [fit[at] for at in sorted(random.permutation(len(fit))[:MOST])]))
    if not taken:
        raise CannotRun(f"{folder}: no file *.js there has a series of {LEAST} values; save there data.js of projects that use github-action-benchmark")
    return taken


def noise_of(values):
    around = numpy.pad(values, WINDOW // 2, mode="reflect")
    return values / numpy.median(numpy.lib.stride_tricks.sliding_window_view(around, WINDOW), axis=1)


def shuffled(noise, random):
    return random.permutation(noise)


def in_stretches(noise, random):
    starts = random.integers(0, len(noise), size=-(-len(noise) // STRETCH))
    return numpy.concatenate([numpy.take(noise, numpy.arange(start, start + STRETCH), mode="wrap") for start in starts])[:len(noise)]


def without_steps(values, mix, random):
    """A series on one level with the mixed noise of another."""
    return numpy.median(values) * mix(noise_of(values), random)


def with_a_step(values, percent, random):
    """The series with a step, its place, and whether it goes up."""
    place, up = int(random.integers(EDGE, len(values) - EDGE + 1)), bool(random.integers(2))
    factor = 1 + percent / 100
    return numpy.where(numpy.arange(len(values)) < place, values, values * factor if up else values / factor), place, up


def rounded_like(values, given):
    unit = rounding_of(given)
    return numpy.round(values / unit) * unit if unit else values
