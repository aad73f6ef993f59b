"""Lines about the files that ran: which were not found, and where they were looked for; which are others of the same name."""


def needed(facts):
    """Names of the program, and of the files that the frames are in."""
    used = {frame["module"] for frame in facts["frames"]}
    return [name for name, file in facts["located"].items() if name in used or facts["executable"] in (name, file["path"])]


def is_program_checked(facts):
    return any(file["state"] == "same" and file["path"] == facts["executable"] for file in facts["located"].values())


def describe(facts):
    lines = [] if is_program_checked(facts) else [f"gdb warns: {warning}: names and locals may be wrong" for warning in facts["warnings"]]
    for file in facts["located"].values():
        lines += [f"{path} is not the file that ran (their build ids or first pages differ): none of its symbols is used" for path in file["others"]]
    for name in needed(facts):
        file = facts["located"][name]
        wanted = f" (build id {file['build_id']})" if file["build_id"] else ""
        if file["path"] is None and file["looked"]:
            lines.append(f"{name}, which ran{wanted}, is not here; looked for it in: {', '.join(dict.fromkeys(file['looked']))}")
        elif file["path"] is not None and (file["looked"] or file["others"]):
            lines.append(f"{name}, which ran{wanted}, is here as {file['path']}{'' if file['state'] == 'same' else ', which could not be checked'}")
    if facts["executable"] is None:
        lines.append("the executable, whose name is not in the core dump, is not here")
    if facts["truncated"]:
        lines.append("the core dump is cut off: the stack, and with it frames, may be missing")
    return lines
