"""Reads the kernel's line about a segfault from dmesg, the journal or a syslog file."""

import re

NUMBER = r"(?:[0-9a-f]+|\(null\))"
# Time stamps and host names may come before the program's name. Older kernels put the last bracket on the next line;
# newer ones print an offset before the mapping, or no mapping.
MAPPING = r"(?: in (?P<file>\S.*?)\[(?:[0-9a-f]+,)?(?P<start>[0-9a-f]+)\+(?P<size>[0-9a-f]+)\]?)?"
SEGFAULT = re.compile(
    r"(?P<program>[^\s:\]][^:\]]*?)\[(?P<pid>\d+)\]:? segfault at (?P<address>" + NUMBER + r") (?:r?ip|eip)[: ]\s*(?P<ip>" + NUMBER
    + r") (?:r?sp|esp)[: ]\s*(?P<sp>" + NUMBER + r") error[: ](?P<error>[0-9a-f]+)" + MAPPING, re.I)
PROTECTION = re.compile(
    r"(?P<program>[^\s:\]][^:\]]*?)\[(?P<pid>\d+)\]:? general protection(?: fault)? ip:(?P<ip>[0-9a-f]+) "
    r"sp:(?P<sp>[0-9a-f]+) error:(?P<error>[0-9a-f]+)" + MAPPING, re.I)


def number(text):
    return 0 if text == "(null)" else int(text, 16)


def mapping_of(match):
    if match["file"] is None:
        return None
    return {"file": match["file"], "start": number(match["start"]), "size": number(match["size"])}


def read_line(line):
    """The facts of a segfault line, or None for any other line."""
    match = SEGFAULT.search(line) or PROTECTION.search(line)
    if match is None:
        return None
    segfault = match.re is SEGFAULT
    return {
        "kind": "log",
        "line": line.strip(),
        "program": match["program"].split()[-1],
        "pid": int(match["pid"]),
        "address": number(match["address"]) if segfault else None,
        "ip": number(match["ip"]),
        "sp": number(match["sp"]),
        "error": int(match["error"], 16),
        "mapping": mapping_of(match),
    }


def read_lines(text):
    return [facts for facts in map(read_line, text.splitlines()) if facts is not None]
