"""What every workflow has to keep: complaints() reads a folder of them. A workflow that breaks a rule may still run, so that
nothing else would notice."""
import re

import yaml

# For each action, the first major version that runs on Node 24, or 0 for one that runs in a container of its own.
NODE_24 = {"actions/cache/restore": 5, "actions/cache/save": 5, "actions/checkout": 5, "actions/deploy-pages": 5, "actions/upload-artifact": 6,
           "actions/upload-pages-artifact": 5, "google/clusterfuzzlite/actions/build_fuzzers": 0, "google/clusterfuzzlite/actions/run_fuzzers": 0}
MINUTES_MOST = 360  # then a hosted runner ends a job itself
PINNED = re.compile(r"(?P<action>[\w./-]+)@(?P<commit>[0-9a-f]{40}) +# v(?P<version>\d+(\.\d+)*)")


def of_uses(text):
    """Rules for actions. A parser of YAML drops the comment that has the version."""
    for used in re.findall(r"^ *(?:- )?uses: *(.*?) *$", text, re.M):
        pinned = PINNED.fullmatch(used)
        if not pinned:
            yield f"uses {used}: pin it to a commit, with the version in a comment: OWNER/NAME@COMMIT # v1.2.3"
        elif pinned["action"] not in NODE_24:
            yield f"uses {used}: write into rules.py from which version on it runs on Node 24"
        elif int(pinned["version"].split(".")[0]) < NODE_24[pinned["action"]]:
            yield f"uses {used}, which runs on an older Node: take version {NODE_24[pinned['action']]} or later"


def of_job(job):
    minutes = job.get("timeout-minutes")
    if not isinstance(minutes, int) or not 0 < minutes < MINUTES_MOST:
        yield f"has no timeout-minutes below {MINUTES_MOST}"
    concurrency = job.get("concurrency")
    group = concurrency.get("group") if isinstance(concurrency, dict) else concurrency
    if not group:
        yield "has no concurrency group"
    elif job.get("strategy", {}).get("matrix") and "matrix." not in group:
        yield f"has the concurrency group {group} for all jobs of its matrix, of which one would cancel another"
    if not isinstance(job.get("permissions"), dict):
        yield "has no permissions of its own, as a list of scopes"


def of_step(step):
    script = step.get("run", "")
    if "${{" in script:
        yield f"has an expression in a script, where its value is read as code: pass it through env: {script.strip()}"
    for line in script.splitlines():
        if "git commit" in line and "git diff --cached --quiet ||" not in line:
            yield f"fails if there is nothing to commit: put `git diff --cached --quiet ||` before it: {line.strip()}"
    if re.search(r"\bgithub\.event\.(issue|comment|head_commit|pull_request\.(title|body))", str(step)):
        yield "reads text that anybody can write"


def of_trigger(workflow):
    """Rules for workflows with the repository's rights that start for code of forks."""
    triggers = workflow.get(True, workflow.get("on"))  # YAML reads on as true
    if "pull_request_target" in triggers:
        yield "gives rights to pull requests of forks: start on pull_request, and on workflow_run for what writes"
    if "workflow_run" in triggers:
        for name, job in workflow["jobs"].items():
            if "workflow_run.event ==" not in str(job.get("if", "")):
                yield f"job {name} does not say for which event: write if: github.event.workflow_run.event == 'pull_request'"
            if any(step.get("uses", "").startswith("actions/checkout@") for step in job.get("steps", ())):
                yield f"job {name} checks out code beside the rights of workflow_run: take only text from the other run's artifact"


def of_corpora(jobs):
    """ClusterFuzzLite uploads a target's corpus under the target's name, whatever the sanitizer."""
    uploads = {name: job for name, job in jobs.items() for step in job.get("steps", ()) if step.get("with", {}).get("mode") in ("batch", "prune")}
    for name, job in uploads.items():
        if job.get("strategy", {}).get("matrix"):
            yield f"{name} uploads the same corpora from each job of a matrix"
    groups = {str(job.get("concurrency")) for job in uploads.values()}
    if len(groups) > 1:
        yield f"{', '.join(sorted(uploads))} upload corpora in different concurrency groups: {', '.join(sorted(groups))}"


def complaints(folder):
    """Sentences about all workflows in a folder. None if all is well."""
    wrong, jobs, commits = [], {}, {}
    for path in sorted(folder.glob("*.yml")):
        text = path.read_text()
        workflow = yaml.safe_load(text)
        wrong += [f"{path.name} {what}" for what in of_uses(text)]
        for match in PINNED.finditer(text):
            commits.setdefault((match["action"].split("/")[:2][-1], match["version"]), set()).add(match["commit"])
        if workflow.get("permissions") != {}:
            wrong.append(f"{path.name} gives permissions to all its jobs: write `permissions: {{}}`, and to each job what it needs")
        wrong += [f"{path.name} {what}" for what in of_trigger(workflow)]
        for name, job in workflow["jobs"].items():
            jobs[f"{path.name}:{name}"] = job
            wrong += [f"{path.name}:{name} {what}" for what in of_job(job)]
            wrong += [f"{path.name}:{name} {what}" for step in job.get("steps", ()) for what in of_step(step)]
    wrong += [f"{name} v{version} is pinned to different commits: {', '.join(sorted(found))}" for (name, version), found in commits.items() if len(found) > 1]
    if not jobs:
        wrong.append(f"{folder} has no workflow")
    return wrong + list(of_corpora(jobs))
