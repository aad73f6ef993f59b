"""Finds the frames that are the program's own: those of the C and C++ libraries, of sanitizers, and of functions that end a
program, say where it ended, but not why."""

import os
import re

# Which of these the program uses says nothing about the cause.
LIBRARIES = re.compile(r"(?:lib(?:c|pthread|m|rt|dl|gcc_s|stdc\+\+|c\+\+|c\+\+abi|unwind|asan|lsan|tsan|ubsan|msan|hwasan|jemalloc|"
                       r"tcmalloc\w*|mimalloc|SegFault)[-.]|ld[-.]|ld-linux|ld-musl|\[vdso\]|linux-vdso)")
FUNCTIONS = re.compile(r"(?:abort|raise|gsignal|kill|tgkill|sigqueue|pause|_start|start_thread|clone3?|_exit|__restore_rt|main_thread_start|"
                       r"(?:__libc_|__pthread_|pthread_kill|__assert|__stack_chk_fail|__fortify_fail|__chk_fail|\w+_chk$|__cxa_|__gxx_|_Unwind_|"
                       r"__gnu_cxx::|__cxxabiv1::|std::|__interceptor_|___interceptor_|"
                       r"__(?:asan|lsan|tsan|msan|hwasan|ubsan|sanitizer|interception)(?:::|_)|operator new|operator delete).*|"
                       r"mem(?:p?cpy|set|move|r?chr|cmp|mem)|st[rp]n?(?:cpy|cat|len|cmp|dup|str|chr|casecmp)|v?s?n?printf|"
                       r"malloc|free|calloc|realloc|malloc_printerr|malloc_consolidate|munmap_chunk|_int_(?:malloc|free|realloc|memalign)|"
                       r"unlink_chunk|sysmalloc|__(?:mem|str|wcs|wmem)\w+_(?:sse\w*|avx\w*|evex\w*|erms|ssse3\w*)|"
                       r"erts_exit|erl_exit\w*|erl_assert_error|g_assertion_message\w*|rust_panic\w*|core::panicking::.*|std::panicking::.*|"
                       r"runtime\.[\w.*()]+|rust_begin_unwind|__rust_start_panic|panic_abort::.*|std::sys::.*abort_internal)$")
# In a Go name, a method's type is in parentheses: main.(*T).f.
PARAMETERS = re.compile(r"(?<!operator)\((?!anonymous namespace\)|\*)")
# The dots of a Go name are no suffix: main.main.func1.
SUFFIX = re.compile(r"\.(?:constprop|isra|part|cold|lto_priv|localalias|clone|llvm|__uniq|sra|ipa)\b.*")


def base_name(frame):
    """The function without its parameters, the suffix of a clone, and the prefix that glibc's debug symbols give."""
    name = PARAMETERS.split(frame["function"] or "")[0]
    return SUFFIX.sub("", name.split(" [clone")[0]).removeprefix("__GI_")


def is_runtime(frame):
    module = os.path.basename(frame.get("module") or "")
    return bool(LIBRARIES.match(module) or FUNCTIONS.match(base_name(frame)))


def of_crash(facts):
    """All frames; from those that the signal interrupted on, if the program sent it to itself in a handler."""
    interrupted = (facts.get("interrupted") or [None])[0]
    if facts.get("sender") and facts["sender"]["itself"] and interrupted is not None:
        places = [place for place, frame in enumerate(facts["frames"]) if frame.get("sp") == interrupted]
        return facts["frames"][places[0]:] if places else facts["frames"]
    return facts["frames"]


def own_frames(facts):
    """The program's frames: module, function, offset in the module's file, and address. Where a module is not known, the stack cannot be
    followed, unless it jumped there."""
    found = []
    for frame in of_crash(facts):
        if frame.get("module") is None:
            if found:
                break
            continue
        if not is_runtime(frame):
            found.append({"module": os.path.basename(frame["module"]), "function": frame["function"],
                          "offset": frame.get("offset"), "pc": frame["pc"]})
    return found


def first(facts, frames):
    """The first of the program's frames, or None if it cannot be told: without a name, it may be raise() in a static program."""
    if not frames or (not frames[0]["function"] and (facts.get("sender") or {}).get("itself") and frames[0]["pc"] == facts["ip"]):
        return None
    return {name: value for name, value in frames[0].items() if name != "pc"}


def explain_none(facts, frames):
    """A line that says why the first frame of the program is not known, or none."""
    if first(facts, frames) is not None:
        return []
    why = "no frame has a name, so that raise() and abort() in a static program look like its own" if frames else \
        "the stack cannot be followed to it, or its files are not here"
    return [f"which frame of the program came first cannot be told: {why}"]


def shown(frame):
    if frame["function"]:
        return f"{base_name(frame)}() in {frame['module']}"
    return frame["module"] + (f"+0x{frame['offset']:x}" if frame["offset"] is not None else "")
