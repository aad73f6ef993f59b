"""The order of commits: that of the repository that has them, else that of their times. Never that of the records."""
import bisect
import re

from shared.commits import git

HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def topological(commits, repository):
    """Those of the commits that the repository has, parents before children."""
    hashes = [commit for commit in commits if HASH.fullmatch(commit)]
    if repository is None or not hashes:
        return []
    listed = git(repository, "rev-list", "--topo-order", "--reverse", "--ignore-missing", "--stdin", given="\n".join(hashes) + "\n")
    return [commit for commit in listed.split() if commit in commits]


def in_order(times, repository=None):
    """Sorts commits, the oldest first. `times` has their times by hash. Commits that the repository does not have are placed
    by their times among the others. Of those with the same time, the one that was recorded first comes first."""
    order = topological(times, repository)
    known = set(order)
    latest, highest = [], float("-inf")
    for commit in order:  # clocks go wrong: a child may have an earlier time than its parent
        highest = max(highest, times[commit])
        latest.append(highest)
    for commit in sorted((each for each in times if each not in known), key=times.get):
        place = bisect.bisect_right(latest, times[commit])
        order.insert(place, commit)
        latest.insert(place, max(times[commit], latest[place - 1] if place else times[commit]))
    return order
