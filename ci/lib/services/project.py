"""What .clusterfuzzlite says: the Dockerfile, project.yaml, and what build.sh writes into .options files."""
import configparser
import re
import shutil

import yaml

from shared.errors import CannotRun

FOLDER = ".clusterfuzzlite"
# XXH3 of libxxhash is final from 0.8.0 on, which is in this version of Ubuntu and later ones.
UBUNTU_LEAST = (24, 4)


def dockerfile(sources):
    """The instructions, as pairs of a word and its arguments."""
    text = re.sub(r"\\\n", " ", (sources / FOLDER / "Dockerfile").read_text())
    return [line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def packages(sources):
    """What the Dockerfile installs."""
    found = [word for kind, what in dockerfile(sources) if kind == "RUN" for part in re.findall(r"apt-get install ([^&;|]*)", what)
             for word in part.split() if not word.startswith("-")]
    if not found:
        raise CannotRun(f"{FOLDER}/Dockerfile installs no package")
    return found


def copy_files(sources, root):
    """Does what COPY does, except for the whole of the sources."""
    for kind, what in dockerfile(sources):
        *files, into = what.split()
        if kind == "COPY" and files != ["."]:
            for name in files:
                shutil.copy(sources / name, root / into.replace("$SRC", "src"))


def complaints(sources):
    """What is wrong with the Dockerfile and project.yaml, by themselves and together."""
    wrong = []
    wanted = {line.split("#")[0].strip() for line in (sources / "ci/packages").read_text().splitlines()}
    wrong += [f"the Dockerfile installs {name}, which is not in ci/packages" for name in packages(sources) if name not in wanted]
    image = next(what for kind, what in dockerfile(sources) if kind == "FROM")
    tag = re.fullmatch(r"gcr\.io/oss-fuzz-base/base-builder:ubuntu-(\d+)-(\d+)", image)
    if not tag:
        wrong.append(f"the Dockerfile begins FROM {image}: without the tag of a version, Ubuntu is 20.04, whose libxxhash is too old")
    elif tuple(map(int, tag.groups())) < UBUNTU_LEAST:
        wrong.append(f"the Dockerfile begins FROM {image}, whose libxxhash is too old: take ubuntu-24-04")
    about = project(sources)
    told = about.get("base_os_version")
    if tag and told != f"ubuntu-{tag[1]}-{tag[2]}":
        wrong.append(f"base_os_version in project.yaml is {told}, and the Dockerfile begins FROM {image}: targets would run on another Ubuntu")
    for name in ("homepage", "language", "main_repo", "primary_contact"):
        if not about.get(name):
            wrong.append(f"project.yaml has no {name}")
    licence = "http://www.apache.org/licenses/LICENSE-2.0"
    for path in sorted((sources / FOLDER).iterdir()):
        if (path.name == "Dockerfile" or path.suffix == ".sh") and licence not in path.read_text():
            wrong.append(f"{path.name} does not name {licence}")
    if not any(kind == "COPY" and "run_tests.sh" in what for kind, what in dockerfile(sources)):
        wrong.append("the Dockerfile copies no run_tests.sh")
    return wrong


def project(sources):
    return yaml.safe_load((sources / FOLDER / "project.yaml").read_text())


def options(path):
    """The words for libFuzzer that an .options file stands for. A dictionary lies beside it."""
    parser = configparser.ConfigParser()
    parser.read(path)
    return [f"-{name}={path.parent / value if name == 'dict' else value}" for name, value in parser["libfuzzer"].items()]
