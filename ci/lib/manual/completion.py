"""Completion of the tool for bash and zsh: commands, options, subjects and files."""
import re

from shared.errors import CannotRun

# How a value is completed, by the word that stands for it in --help. A single letter stands for a number.
KINDS = {"RING": "subjects", "RULE": None, "FILE": "files", "CANDIDATE": "files", "WHAT": "files"}
# The names in what `ringproof list` prints.
SUBJECTS = r"sed -n '/^subjects:/,/^placement rules:/s/^  \([^ ]*\) .*/\1/p'"
MADE = "made from its --help by ci/lib/manual/completion.py"


def kind(value):
    """None if nothing can be completed."""
    if value is None or len(value) == 1:
        return None
    if value not in KINDS:
        raise CannotRun(f"{value} in a --help: add to KINDS in ci/lib/manual/completion.py how it is completed")
    return KINDS[value]


def operands(help_):
    """The word for what follows the options of a command, and whether there may be several. None if nothing follows."""
    match = re.search(r" ([A-Z]+)(\.\.\.)?$", help_.usage[0])
    return match and (match[1], bool(match[2]))


def names(option):
    return [name for name in (option.letter, option.name) if name]


def top_options(top):
    """Of the tool without a command: those that its help names."""
    return ["--help", *(name for name in sorted(set(re.findall(r"'ringproof (--[a-z-]+)'", str(top.blocks)))) if name != "--help")]


BASH = """\
# Completion of ringproof for bash, {made}.

_ringproof_words() {{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}}

_ringproof_files() {{
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$2")
}}

_ringproof_subjects() {{
    _ringproof_words "$("$1" list 2>/dev/null | {subjects})" "$2"
    [ "${{#COMPREPLY[@]}}" -gt 0 ] || _ringproof_files "$1" "$2"
}}

_ringproof() {{
    local tool=${{COMP_WORDS[0]}} word=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} options='' operands=''
    # Bash takes the = of --option=VALUE for a word.
    if [ "$word" = = ]; then
        word=''
    elif [ "$previous" = = ]; then
        previous=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        _ringproof_words '{commands}' "$word"
        return
    fi
    case ${{COMP_WORDS[1]}} in
{cases}
    esac
    case $word in
    -*) _ringproof_words "$options" "$word" ;;
    *) [ -z "$operands" ] || _ringproof_files "$tool" "$word" ;;
    esac
}}

complete -F _ringproof ringproof
"""


def bash_case(name, help_):
    valued = [option for option in help_.options if option.value]
    lines = [f"    {name})", f"        options='{' '.join(one for option in help_.options for one in names(option))}'"]
    lines += ["        operands=yes"] if operands(help_) else []
    lines += ["        case $previous in"] if valued else []
    for option in valued:
        done = f"_ringproof_{kind(option.value)} \"$tool\" \"$word\"; " if kind(option.value) else ""
        lines += [f"        {' | '.join(names(option))}) {done}return ;;"]
    return "\n".join([*lines, *(["        esac"] if valued else []), "        ;;"])


def bash(top, commands):
    return BASH.format(made=MADE, subjects=SUBJECTS, commands=" ".join([name for name, _, _ in commands] + top_options(top)),
                       cases="\n".join(bash_case(name, help_) for name, _, help_ in commands))


ZSH = """\
#compdef ringproof
# Completion of ringproof for zsh, {made}.

_ringproof_subjects() {{
    local -a subjects
    subjects=(${{(f)"$(_call_program subjects ${{(q)tool}} list 2>/dev/null | {subjects})"}})
    _alternative "subjects:subject:($subjects)" 'files:shared object:_files'
}}

_ringproof() {{
    local tool=$words[1] command=$words[2]
    local -a commands options
    if ((CURRENT == 2)); then
        commands=(
{commands}
        )
        options=({options})
        _describe -t commands command commands
        _describe -o -t options option options
        return
    fi
    shift words
    ((CURRENT--))
    case $command in
{cases}
    esac
}}

_ringproof "$@"
"""


def quoted(text):
    return "'" + text.replace("'", r"'\''") + "'"


def short(text):
    """The part of an option's text that fits a line of a list."""
    return re.split(r"[;:(.] | \(", text)[0].strip()


def zsh_option(option):
    """A specification for _arguments. An option excludes itself, unless it may be repeated."""
    several = "may be repeated" in option.text
    text = re.sub(r"([\[\]])", r"\\\1", short(option.text))
    value = f":{option.value}:{'_ringproof_subjects' if kind(option.value) == 'subjects' else '_files' if kind(option.value) else ' '}" \
        if option.value else ""
    spelt = [name + ("" if not option.value else "=" if name.startswith("--") else "+") for name in names(option)]
    spelt = [name if re.fullmatch(r"[-+=a-zA-Z]+", name) else quoted(name) for name in spelt]
    each = f"{{{','.join(spelt)}}}" if len(spelt) > 1 else spelt[0]
    return f"{quoted('*' if several else '(' + ' '.join(names(option)) + ')')}{each}{quoted('[' + text + ']' + value)}"


def zsh_case(name, help_):
    specifications = [zsh_option(option) for option in help_.options]
    operand = operands(help_)
    if operand:
        specifications.append(quoted(f"{'*' if operand[1] else ''}:{operand[0]}:_files"))
    joined = " \\\n            ".join(["_arguments -s", *specifications])
    return f"    {name})\n        {joined}\n        ;;"


def zsh(top, commands):
    about = "\n".join(f"            {quoted(name + ':' + text)}" for name, text, _ in commands)
    return ZSH.format(made=MADE, subjects=SUBJECTS, commands=about, options=" ".join(top_options(top)),
                      cases="\n".join(zsh_case(name, help_) for name, _, help_ in commands))
