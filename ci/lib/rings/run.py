"""Implements ci/rings, once its packages are installed."""
from rings import folder, install, judge, page
from shared import disk, locks
from shared.errors import CannotRun


def one(ring, options):
    """The verdict on a ring. Never raises for a ring that cannot be had."""
    try:
        if options.setup:
            install.prepare(ring, options.output.absolute() / "packages")
        elif not install.is_ready(ring):
            raise install.Skipped("it is not installed; run without --no-setup")
    except install.Skipped as word:
        disk.need_room(options.output)  # or every ring would be skipped
        verdict = judge.Verdict(ring)
        verdict.skipped = str(word)
        return verdict
    return judge.judge(options.tool, ring, options, options.output.absolute() / "results" / ring.name)


def line(verdict):
    """What is printed about a ring."""
    if verdict.skipped:
        return f"    {verdict.ring.name}: not judged: {verdict.skipped}"
    there = sum(1 for _, still in verdict.known if still)
    mended = [known.path.stem for known, still in verdict.known if still is False]
    said = f"    {verdict.ring.name}: {len(verdict.new())} new, {there} known still there"
    said += f", mended: {', '.join(mended)}" * bool(mended)
    said += f"; {page.number(verdict.questions)} questions/s, {page.number(verdict.changes)} changes/s"
    return said + "".join(f"\n        new: {finding.kind}, when {finding.trigger or 'unknown'}: {finding.trace}" for finding in verdict.new())


def summarise(verdicts):
    judged = [verdict for verdict in verdicts if not verdict.skipped]
    new = sum(len(verdict.new()) for verdict in verdicts)
    known = sum(1 for verdict in judged for _, still in verdict.known if still)
    return (f"{len(judged)} of {len(verdicts)} {'ring' if len(verdicts) == 1 else 'rings'} judged: {new} new {'finding' if new == 1 else 'findings'}, "
            f"{known} known {'one' if known == 1 else 'ones'} still there")


def run(options):
    rings = folder.choose(options)
    if not options.tool.exists():
        raise CannotRun(f"{options.tool} does not exist: run without --no-setup")
    with locks.alone(options.output / ".lock"):
        return run_alone(options, rings)


def run_alone(options, rings):
    verdicts = []
    for ring in rings:
        print(f"==> {ring.title} {ring.version} ({len(verdicts) + 1} of {len(rings)})", flush=True)
        verdicts.append(one(ring, options))
        print(line(verdicts[-1]), flush=True)
        page.write(verdicts, options, summarise(verdicts), folder.RINGS)
    print(summarise(verdicts))
    print(f"the table: {options.output / 'results.md'}; the page: {options.output / 'index.html'}")
    if any(verdict.new() for verdict in verdicts):
        return 1
    return 0 if any(not verdict.skipped for verdict in verdicts) else 2
